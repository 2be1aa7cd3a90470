package io.godwit.reactor.endpoint;

/**
 * What a message about too little memory calls the options that can be changed: an embedder knows them by other names than
 * the reader of a settings file.
 *
 * @param bufferedBytesMax {@link LoopLimits#bufferedBytesMax}
 * @param loops {@link Threads#loops}
 * @param connectionsMax {@link AdmissionLimits#connectionsMax}
 * @param backlog {@link AdmissionLimits#backlog}
 * @param messageBytesMax {@link io.godwit.core.protocol.ProtocolLimits#messageBytesMax}
 */
public record MemoryNames(
        String bufferedBytesMax, String loops, String connectionsMax, String backlog, String messageBytesMax) {

    /** The names of this API. */
    public static final MemoryNames API = new MemoryNames(
            "LoopLimits.bufferedBytesMax",
            "Threads.loops",
            "AdmissionLimits.connectionsMax",
            "AdmissionLimits.backlog",
            "ProtocolLimits.messageBytesMax");
}
