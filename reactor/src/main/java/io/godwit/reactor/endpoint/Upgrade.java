package io.godwit.reactor.endpoint;

import io.godwit.core.http.HttpHeaders;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

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
     * Decides later, for instance when another service has answered. The connection waits, unread, within the handshake's
     * deadline.
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
     * @return a copy of this decision with it
     * @throws IllegalStateException if this is not a decision to accept: the one that comes later has its own
     */
    public Upgrade withAttachment(final Object object) {
        requireAcceptance();
        return new Upgrade(refusal, later, object, subprotocol, headers);
    }

    /**
     * Chooses the subprotocol, in place of the first match of the endpoint's list.
     *
     * @param name one that the client offers; any other is answered with 500, since the client would have to fail (§4.1)
     * @return a copy of this decision with it
     * @throws IllegalStateException if this is not a decision to accept: the one that comes later has its own
     */
    public Upgrade withSubprotocol(final String name) {
        requireAcceptance();
        return new Upgrade(refusal, later, attachment, name, headers);
    }

    /**
     * Adds a header field to the 101 response.
     *
     * @param name its name, not one that the handshake itself sets
     * @param value its value
     * @return a copy of this decision with it
     * @throws IllegalStateException if this is not a decision to accept: the one that comes later has its own
     * @throws IllegalArgumentException if either may not stand in a head
     */
    public Upgrade withHeader(final String name, final String value) {
        requireAcceptance();
        return new Upgrade(refusal, later, attachment, subprotocol, headers.with(name, value));
    }

    private void requireAcceptance() {
        if (refusal != null || later != null) {
            throw new IllegalStateException("this goes with a decision to accept");
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
