package io.godwit.reactor.loop;

/** What other threads leave something for. */
public interface Mailed {

    /**
     * Answers one {@link EventLoop#mail}: only now may the target be mailed again. Called by the loop's thread; must not
     * throw.
     */
    void onMail();
}
