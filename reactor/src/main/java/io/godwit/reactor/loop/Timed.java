package io.godwit.reactor.loop;

/** What a timer wakes. */
public interface Timed {

    /**
     * The timer has expired, and is gone: it may be scheduled anew. Called by the loop's thread; must not throw.
     *
     * @param nowNs the loop's time
     */
    void onTimer(long nowNs);
}
