package io.godwit.reactor.loop;

/** What a selection key carries as its attachment. */
public interface SelectHandler {

    /**
     * The channel is ready. Called by the loop's thread; must not throw.
     *
     * @param readyOps a set of {@link java.nio.channels.SelectionKey} operations
     */
    void onReady(int readyOps);
}
