package io.godwit.reactor.session;

import io.godwit.core.frame.Opcode;
import java.nio.ByteBuffer;

/**
 * A message or control frame that waits for its turn: from another thread for the loop, or for a message in fragments to
 * be finished. Immutable.
 *
 * @param opcode text, binary, ping or pong
 * @param payload owned: nobody else has it
 * @param roomBytes what was taken for it of the connection's limit
 */
record Outgoing(Opcode opcode, ByteBuffer payload, int roomBytes) {}
