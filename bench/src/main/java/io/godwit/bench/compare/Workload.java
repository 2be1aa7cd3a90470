package io.godwit.bench.compare;

import io.godwit.bench.peers.Peer;
import io.godwit.bench.peers.Service;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the servers are given to do. */
enum Workload {
    /** One message at a time on many connections: the kernel's cost, mostly. */
    ECHO_20_X1("200 connections × 20 B, 1 in flight", Figure.CPU_PER_MILLION, 200, 1, 20, false, 1.03, 0.90),
    /** A few messages in each read. */
    ECHO_20_X16("200 connections × 20 B, 16 in flight", Figure.CPU_PER_MILLION, 200, 16, 20, false, 1.06, 0.48),
    /** Many messages in each read: the server's own cost, mostly. */
    ECHO_20_X256("50 connections × 20 B, 256 in flight", Figure.CPU_PER_MILLION, 50, 256, 20, false, 1.6, 0.10),
    /** Text, which has to be found valid. */
    TEXT_1K_X16("200 connections × 1 KiB text, 16 in flight", Figure.CPU_PER_MILLION, 200, 16, 1_024, true, 1.2, 0.11),
    /** Long messages, in several reads each. */
    ECHO_64K_X1("10 connections × 64 KiB, 1 in flight", Figure.CPU_PER_MILLION, 10, 1, 65_536, false, 1.1, 0.60),
    /** One message to all; a million deliveries are counted. */
    BROADCAST("broadcast of 100 B text to 1,000 connections", Figure.CPU_PER_MILLION, 1_000, 1, 100, true, 1.1, 1.0),
    /** By the clock, at half of what the floor can do. */
    LATENCY("latency, 200 connections × 20 B, open loop", Figure.P99_US, 200, 1, 20, false, 1.1, 1.0),
    /** Connections that do nothing. */
    IDLE("heap for an idle connection", Figure.HEAP_BYTES, 5_000, 0, 20, false, Double.NaN, 0.65);

    /** What an idle connection may take, whatever the others do. */
    static final int IDLE_HEAP_BYTES_AIM = 1_200;

    private final String title;
    private final Figure figure;
    private final int connections;
    private final int depth;
    private final int payloadBytes;
    private final boolean isText;
    private final Aim aim;

    Workload(
            final String title,
            final Figure figure,
            final int connections,
            final int depth,
            final int payloadBytes,
            final boolean isText,
            final double overFloor,
            final double overNetty) {
        this.title = title;
        this.figure = figure;
        this.connections = connections;
        this.depth = depth;
        this.payloadBytes = payloadBytes;
        this.isText = isText;
        aim = new Aim(Peer.GODWIT, overFloor, overNetty);
    }

    /** {@return how a command line calls it} */
    String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Finds one.
     *
     * @param key as {@link #key} gives it
     * @return the workload
     * @throws IllegalArgumentException if there is none
     */
    static Workload of(final String key) {
        for (final Workload workload : values()) {
            if (workload.key().equals(key)) {
                return workload;
            }
        }
        throw new IllegalArgumentException("\"" + key + "\" is none of "
                + Arrays.stream(values()).map(Workload::key).collect(Collectors.joining(", ")));
    }

    /** {@return how a person calls it} */
    String title() {
        return title;
    }

    /** {@return what decides, the less the better} */
    Figure figure() {
        return figure;
    }

    /** {@return how many connections there are} */
    int connections() {
        return connections;
    }

    /** {@return what is aimed at} */
    List<Aim> aims() {
        final List<Aim> aims = new ArrayList<>(List.of(aim));
        if (this == ECHO_20_X16) {
            // Through a worker thread and back.
            aims.add(new Aim(Peer.GODWIT_WORKERS, 3, 1.5));
        }
        return aims;
    }

    /** {@return what a server has to be started for} */
    Service service() {
        return new Service(payloadBytes, isText, this == BROADCAST);
    }

    /**
     * Gives what the load generator has to be told.
     *
     * @param peer the server
     * @param ratePerSecond of the open loop, where this is one
     * @return a part of its command line
     */
    List<String> loadArguments(final Peer peer, final long ratePerSecond) {
        final List<String> args = new ArrayList<>();
        args.addAll(List.of("--connections", Integer.toString(connections)));
        args.addAll(List.of("--size", Integer.toString(payloadBytes)));
        if (this == LATENCY) {
            args.addAll(List.of("--rate", Long.toString(ratePerSecond)));
        } else {
            args.addAll(List.of("--depth", Integer.toString(depth)));
        }
        if (isText) {
            args.add("--text");
        }
        if (this == BROADCAST) {
            args.add("--broadcast");
        }
        if (!peer.isEcho()) {
            args.add("--unchecked");
        }
        return args;
    }
}
