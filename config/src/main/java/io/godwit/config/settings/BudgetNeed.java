package io.godwit.config.settings;

/**
 * What buffered-bytes-max has to be at least: with less, the longest message that an endpoint takes could not be put
 * together, or not be answered, even if it were the only one.
 */
final class BudgetNeed {
    /**
     * Memory is lent in powers of two, so a message may take twice its length. While it comes, it moves to twice as much
     * whenever it has outgrown what it has, and both are held; when it is whole, its answer or its copy takes as much again.
     */
    private static final long TIMES = 4;

    private BudgetNeed() {}

    /**
     * Computes the need.
     *
     * @param file whose endpoints; those whose longest message is not readable do not count
     * @return bytes
     */
    static long of(final FileValues file) {
        return file.all(SettingTable.ENDPOINT).stream()
                .filter(endpoint -> endpoint.reads(EndpointKey.MESSAGE_BYTES_MAX))
                .mapToLong(endpoint -> TIMES * endpoint.whole(EndpointKey.MESSAGE_BYTES_MAX))
                .max()
                .orElse(0);
    }
}
