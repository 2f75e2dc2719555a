package io.headgate.leaderboard;

/**
 * A member of a leaderboard at its place.
 *
 * @param rank 1 for the first
 */
public record Place(String member, double score, long rank) {}
