package io.godwit.config.settings;

/**
 * Where connections are accepted.
 *
 * @param address a host name, or an IPv4 or IPv6 address
 * @param port 0: any free one
 * @param line where it begins in the file, from 1
 * @param column where in the line, from 1
 */
public record ListenerSettings(String address, int port, int line, int column) {

    /**
     * Tells that it cannot be served, as any mistake of the file is told.
     *
     * @param file the name of the file
     * @param why what the system says
     * @return one line
     */
    public String failure(final String file, final String why) {
        return new Mistake(line, column, SettingTable.LISTENER.id(), why, null).in(file);
    }
}
