package io.godwit.core.frame;

/**
 * Where a client's masking keys come from: a fresh one for each frame, which the data's author cannot foresee (RFC 6455
 * §5.3, §10.3). Used by one thread; may be shared by all connections of that thread.
 */
@FunctionalInterface
public interface MaskingKeys {

    /** {@return the next frame's key, its first byte on the wire the most significant} */
    int next();

    /** {@return keys from the platform's {@link java.security.SecureRandom}, for one thread} */
    static MaskingKeys secure() {
        return new SecureMaskingKeys();
    }
}
