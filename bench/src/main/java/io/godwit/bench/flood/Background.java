package io.godwit.bench.flood;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** Something that goes on in a thread of its own until it is ended. For the thread that starts it. */
final class Background {

    private static final int END_SECONDS = 30;

    /** What goes on. */
    interface Task {

        /**
         * Runs in the thread.
         *
         * @param goesOn asked now and then: false once it is to return
         * @throws Exception whatever went wrong
         */
        void run(BooleanSupplier goesOn) throws Exception;
    }

    private final FutureTask<Void> task;
    private volatile boolean ended;

    private Background(final Task body) {
        task = new FutureTask<>(() -> {
            body.run(() -> !ended);
            return null;
        });
    }

    /** {@return what has been started} */
    static Background start(final String name, final Task body) {
        final Background background = new Background(body);
        final Thread thread = new Thread(background.task, name);
        thread.setDaemon(true);
        thread.start();
        return background;
    }

    /** {@return whether it has returned or failed} */
    boolean hasEnded() {
        return task.isDone();
    }

    /**
     * Ends it, and waits until it has ended.
     *
     * @throws IllegalStateException if something went wrong in it, or it does not end
     */
    void end() {
        ended = true;
        try {
            task.get(END_SECONDS, TimeUnit.SECONDS);
        } catch (final ExecutionException e) {
            throw new IllegalStateException("a thread has failed", e.getCause());
        } catch (final TimeoutException e) {
            throw new IllegalStateException("a thread does not end", e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
