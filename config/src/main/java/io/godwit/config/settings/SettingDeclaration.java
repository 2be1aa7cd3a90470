package io.godwit.config.settings;

/**
 * What is said of a key, once.
 *
 * @param table the table that it stands in
 * @param id its name in its table
 * @param type what its value may be
 * @param standard what it is where it is left out; null where it has to be given
 * @param meaning what it is for and what is dangerous about it, as the shipped file says it
 */
record SettingDeclaration(SettingTable table, String id, SettingType type, SettingDefault standard, String meaning) {}
