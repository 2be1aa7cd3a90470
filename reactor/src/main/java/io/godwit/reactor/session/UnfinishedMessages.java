package io.godwit.reactor.session;

/**
 * The messages of one loop that have begun to come in and are not over, in the order of their first bytes; one that goes on
 * coming at a real pace counts as new. If the loop's memory is used up, the oldest makes way: whoever holds many messages
 * without ending them must not keep others from theirs. Loop only.
 */
final class UnfinishedMessages {

    private final ReadTurn turn;
    private LentProtocol oldest;
    private LentProtocol newest;

    /** The connection whose bytes are being taken apart; null: none. */
    private WebSocketStage receiving;

    /**
     * Starts with none.
     *
     * @param turn what comes of the bytes that are being taken apart
     */
    UnfinishedMessages(final ReadTurn turn) {
        this.turn = turn;
    }

    /** Adds a message that begins now, or moves it to the end. */
    void add(final LentProtocol message) {
        remove(message);
        message.older = newest;
        if (newest == null) {
            oldest = message;
        } else {
            newest.newer = message;
        }
        newest = message;
        message.listed(true);
    }

    /** Removes a message, if it is there. */
    void remove(final LentProtocol message) {
        if (!message.isListed()) {
            return;
        }
        if (message.older == null) {
            oldest = message.newer;
        } else {
            message.older.newer = message.newer;
        }
        if (message.newer == null) {
            newest = message.older;
        } else {
            message.newer.older = message.older;
        }
        message.older = null;
        message.newer = null;
        message.listed(false);
    }

    /** Notes whose bytes are being taken apart. */
    void receiving(final WebSocketStage stage) {
        receiving = stage;
    }

    /** {@return how much memory the message holds whose bytes are being taken apart; 0: none, or nothing is} */
    int heldByReceiving() {
        return receiving == null ? 0 : receiving.framing().heldBytes();
    }

    /** One that began in this turn still has the place of the one before it. */
    private boolean mayMakeWay(final LentProtocol message) {
        return message.heldBytes() > 0 && !(message.borrower() == receiving && turn.hasEnded());
    }

    /**
     * Takes back the memory of the oldest message that holds some. Its connection is failed with 1013, soon: nobody is called
     * from in here.
     *
     * @return false: there is none, or it belongs to the connection that is being served just now, which has to do without
     */
    boolean relieve() {
        LentProtocol message = oldest;
        while (message != null && !mayMakeWay(message)) {
            message = message.newer;
        }
        if (message == null || message.borrower() == receiving) {
            return false;
        }
        remove(message);
        message.evict();
        message.borrower().connection().look();
        return true;
    }
}
