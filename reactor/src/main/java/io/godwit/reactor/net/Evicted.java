package io.godwit.reactor.net;

/**
 * What a policy has dropped of what waited for a slow peer.
 *
 * @param messages how many
 * @param bytes their length on the wire, in all
 */
public record Evicted(int messages, long bytes) {}
