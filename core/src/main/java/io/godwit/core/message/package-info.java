/**
 * Messages (RFC 6455 §5.4, §5.6): frames put together, UTF-8 and limits checked as bytes come, and the seam at which an
 * extension transforms payload.
 */
package io.godwit.core.message;
