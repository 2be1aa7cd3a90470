/**
 * Frames (RFC 6455 §5): headers judged as their bytes come, payload unmasked in place and handed on in slices, frames
 * written. It knows no message: what a frame's payload means is judged by whoever stands behind {@link
 * io.godwit.core.frame.FrameSink}.
 */
package io.godwit.core.frame;
