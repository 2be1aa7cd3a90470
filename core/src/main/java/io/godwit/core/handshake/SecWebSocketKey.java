package io.godwit.core.handshake;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * The nonce of an opening handshake and the proof that it was read (RFC 6455 §4.1, §4.2.2). Stateless: for any thread.
 */
public final class SecWebSocketKey {
    /** What is appended to the key before it is hashed (§1.3). */
    public static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private static final int NONCE_BYTES = 16;
    private static final String PADDING = "==";
    private static final int ENCODED_LENGTH = 24;

    private SecWebSocketKey() {}

    /**
     * Makes a client's nonce: 16 random bytes, in Base64.
     *
     * @param random borrowed during the call
     * @return a fresh key
     */
    public static String generate(final SecureRandom random) {
        final byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        return Base64.getEncoder().encodeToString(nonce);
    }

    /**
     * Checks a key by its form: 22 characters of Base64 with two of padding are what decodes to 16 bytes, and nothing
     * else is (§4.2.1). The four bits that the last character has to spare may be anything (RFC 4648 §3.5 leaves it
     * open).
     *
     * @param key any text
     * @return whether it decodes to exactly 16 bytes
     */
    public static boolean isValid(final String key) {
        if (key.length() != ENCODED_LENGTH || !key.endsWith(PADDING)) {
            return false;
        }
        for (int i = 0; i < ENCODED_LENGTH - PADDING.length(); i++) {
            if (!isBase64(key.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isBase64(final char c) {
        return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/';
    }

    /**
     * Computes the Sec-WebSocket-Accept of a key: SHA-1 of the key, as sent, and the {@link #GUID}, in Base64 (§4.2.2).
     *
     * @param key as sent
     * @return the value that proves that the server read it
     */
    public static String accept(final String key) {
        final byte[] bytes = (key + GUID).getBytes(StandardCharsets.ISO_8859_1);
        return Base64.getEncoder().encodeToString(sha1().digest(bytes));
    }

    private static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has to have SHA-1", e);
        }
    }
}
