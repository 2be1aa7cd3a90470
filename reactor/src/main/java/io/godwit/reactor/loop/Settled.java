package io.godwit.reactor.loop;

/** What has work that waits for the end of the loop's cycle: bytes to flush, an end to come to. */
public interface Settled {

    /**
     * Does that work. Called by the loop's thread, once for each {@link EventLoop#settleLater};
     * must not throw.
     */
    void settle();
}
