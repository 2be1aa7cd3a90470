package io.godwit.config.settings;

import io.godwit.config.settings.SettingDefault.Fixed;
import io.godwit.config.settings.SettingType.Whole;
import io.godwit.core.http.HttpLimits;

/** The keys of {@code [http]}. */
enum HttpKey implements SettingKey {
    /** The longest request line. */
    REQUEST_LINE_BYTES_MAX(
            "request-line-bytes-max",
            new Whole("bytes", 64, SettingRanges.MIB),
            new Fixed((long) HttpLimits.DEFAULT.startLineBytesMax()),
            "The longest request line: method, path with query, and version."),
    /** The most header fields. */
    HEADERS_MAX(
            "headers-max",
            new Whole("fields", 8, 10_000),
            new Fixed((long) HttpLimits.DEFAULT.headersMax()),
            "The most header fields."),
    /** The longest head. */
    HEAD_BYTES_MAX(
            "head-bytes-max",
            new Whole("bytes", 256, SettingRanges.MIB),
            new Fixed((long) HttpLimits.DEFAULT.headBytesMax()),
            "The whole head, request line included. Cookies need most of it.");

    private final SettingDeclaration declaration;

    HttpKey(final String id, final SettingType type, final SettingDefault standard, final String meaning) {
        declaration = new SettingDeclaration(SettingTable.HTTP, id, type, standard, meaning);
    }

    @Override
    public SettingDeclaration declaration() {
        return declaration;
    }
}
