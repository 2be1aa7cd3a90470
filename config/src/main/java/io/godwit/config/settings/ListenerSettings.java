package io.godwit.config.settings;

/**
 * Where connections are accepted.
 *
 * @param address a host name, or an IPv4 or IPv6 address
 * @param port 0: any free one
 */
public record ListenerSettings(String address, int port) {}
