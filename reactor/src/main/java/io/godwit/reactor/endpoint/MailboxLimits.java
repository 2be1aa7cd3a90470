package io.godwit.reactor.endpoint;

/**
 * What may wait for the handler of one connection, where it does not run on the loop. While either is reached the
 * connection is not read, until half of it is empty. A message always finds room in an empty mailbox, however long it is.
 *
 * @param messagesMax messages and control frames
 * @param bytesMax of their payload
 */
public record MailboxLimits(int messagesMax, int bytesMax) {

    /** 256 messages, 256 KiB. */
    public static final MailboxLimits DEFAULT = new MailboxLimits(256, 262_144);

    private static final int MESSAGES_MAX = 1 << 20;

    /**
     * Checks that both are positive.
     *
     * @param messagesMax 1,048,576 at most
     * @param bytesMax positive
     * @throws IllegalArgumentException if one is not
     */
    public MailboxLimits {
        Checks.requireRange("mailbox.messagesMax", messagesMax, 1, MESSAGES_MAX);
        Checks.requirePositive("mailbox.bytesMax", bytesMax);
    }
}
