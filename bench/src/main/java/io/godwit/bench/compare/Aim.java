package io.godwit.bench.compare;

import io.godwit.bench.peers.Peer;

/**
 * What Godwit has set itself: a ratio that holds on any machine, since both are measured in one round.
 *
 * @param subject Godwit, one way or the other
 * @param overFloor how much of the floor's figure it may be at most; NaN: no aim
 * @param overNetty how much of Netty's, on its native transport
 */
record Aim(Peer subject, double overFloor, double overNetty) {}
