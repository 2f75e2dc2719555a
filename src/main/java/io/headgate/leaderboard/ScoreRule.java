package io.headgate.leaderboard;

/** What a member's score becomes when another one is recorded. */
public enum ScoreRule {
    /** The new one. */
    LATEST,
    /** The higher one. */
    BEST,
    /** Both together. */
    SUM
}
