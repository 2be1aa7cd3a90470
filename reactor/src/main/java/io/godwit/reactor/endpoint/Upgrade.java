package io.godwit.reactor.endpoint;

import io.godwit.core.http.HttpHeaders;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

/** A handler's decision on an opening handshake: accept it, refuse it, or say so later. Immutable. */
public final class Upgrade {

    private static final Upgrade ACCEPT = new Upgrade(null, null, null, null, HttpHeaders.EMPTY);

    private final HttpAnswer refusal;
    private final CompletionStage<Upgrade> later;
    private final Object attachment;
    private final String subprotocol;
    private final HttpHeaders headers;

    private Upgrade(
            final HttpAnswer refusal,
            final CompletionStage<Upgrade> later,
            final Object attachment,
            final String subprotocol,
            final HttpHeaders headers) {
        this.refusal = refusal;
        this.later = later;
        this.attachment = attachment;
        this.subprotocol = subprotocol;
        this.headers = headers;
    }

    /** {@return the decision to accept, with the first of the endpoint's subprotocols that the client offers, or none} */
    public static Upgrade accept() {
        return ACCEPT;
    }

    /**
     * Refuses with a short plain text.
     *
     * @param status an HTTP status of 300 or more
     * @param text for the person who reads it
     * @return the decision
     * @throws IllegalArgumentException if the status is another
     */
    public static Upgrade refuse(final int status, final String text) {
        return refuse(HttpAnswer.text(status, text));
    }

    /**
     * Refuses with an answer of the handler's making.
     *
     * @param answer its status is 300 or more
     * @return the decision
     * @throws IllegalArgumentException if it is not
     */
    public static Upgrade refuse(final HttpAnswer answer) {
        if (answer.status() < 300) {
            throw new IllegalArgumentException("a refusal has a status of 300 or more, not " + answer.status());
        }
        return new Upgrade(answer, null, null, null, HttpHeaders.EMPTY);
    }

    /**
     * Decides later, for instance when another service has answered. The connection waits within the handshake's deadline;
     * what the client sends meanwhile is kept for later.
     *
     * <p>A client that goes away before the decision frees its place at once, and the decision is ignored when it comes: there
     * is no onOpen. The stage is not cancelled, since it may be shared. A client that only ends its side of the TCP connection
     * counts as gone, and is answered with 400: it could not send a Close frame any more (RFC 6455 §7.1.2). If a client has sent
     * something behind its request, which it must not do (§4.1), its end is not noticed before the handshake's deadline.
     *
     * @param decision completed by any thread with {@link #accept} or {@link #refuse}; a failure is answered with 500
     * @return the decision to wait
     */
    public static Upgrade later(final CompletionStage<Upgrade> decision) {
        return new Upgrade(null, Objects.requireNonNull(decision, "decision"), null, null, HttpHeaders.EMPTY);
    }

    /**
     * Attaches an object to the connection, where {@link WebSocket#attachment} finds it.
     *
     * @param object the attachment
     * @return a copy of this decision with it. Of a decision that comes later: one that has it if it comes to accept, unless it
     *     brings its own
     * @throws IllegalStateException if this is a refusal, which leaves no connection to attach it to
     */
    public Upgrade withAttachment(final Object object) {
        requireNoRefusal("attachment");
        return later == null
                ? new Upgrade(null, null, object, subprotocol, headers)
                : onceDecided(
                        next -> next.isAcceptance() && next.attachment == null ? next.withAttachment(object) : next);
    }

    /**
     * Chooses the subprotocol, in place of the first match of the endpoint's list.
     *
     * @param name one that the client offers; any other is answered with 500, since the client would have to fail (§4.1)
     * @return a copy of this decision with it. Of a decision that comes later: one that has it if it comes to accept, unless it
     *     brings its own
     * @throws IllegalStateException if this is a refusal, which agrees on nothing
     */
    public Upgrade withSubprotocol(final String name) {
        requireNoRefusal("subprotocol");
        return later == null
                ? new Upgrade(null, null, attachment, name, headers)
                : onceDecided(
                        next -> next.isAcceptance() && next.subprotocol == null ? next.withSubprotocol(name) : next);
    }

    /**
     * Adds a header field to the response, be it the 101 or a refusal, now or later.
     *
     * @param name its name, not one that the handshake itself sets
     * @param value its value
     * @return a copy of this decision with it
     * @throws IllegalArgumentException if either may not stand in a head, or this is a refusal and the field belongs to the
     *     server
     */
    public Upgrade withHeader(final String name, final String value) {
        final HttpHeaders more = headers.with(name, value);
        if (later != null) {
            return onceDecided(next -> next.withHeader(name, value));
        }
        return refusal == null
                ? new Upgrade(null, null, attachment, subprotocol, more)
                : refuse(refusal.withHeader(name, value));
    }

    /** {@return a decision that comes later, and is changed then; a failure stays one, and so does a null} */
    private Upgrade onceDecided(final UnaryOperator<Upgrade> change) {
        return later(later.thenApply(next -> next == null ? null : change.apply(next)));
    }

    private boolean isAcceptance() {
        return refusal == null && later == null;
    }

    private void requireNoRefusal(final String what) {
        if (refusal != null) {
            throw new IllegalStateException("a refusal has no " + what);
        }
    }

    /** {@return the answer to refuse with, or null} */
    public HttpAnswer refusal() {
        return refusal;
    }

    /** {@return the decision to wait for, or null} */
    public CompletionStage<Upgrade> later() {
        return later;
    }

    /** {@return what to attach, or null} */
    public Object attachment() {
        return attachment;
    }

    /** {@return the subprotocol that the handler chose, or null} */
    public String subprotocol() {
        return subprotocol;
    }

    /** {@return the extra header fields} */
    public HttpHeaders headers() {
        return headers;
    }
}
