package io.headgate.recovery;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import org.jspecify.annotations.Nullable;

/** What AWS shows of a change that was sent to it. */
public sealed interface Progress {

    /** There is no trace of it: it was not executed, or not yet. */
    record Absent() implements Progress {}

    /**
     * It is being made.
     *
     * @param percent how much, 0 to 99, where that can be told
     * @param key what the target knows it by: of a snapshot that is being made, AWS's key, as {@link SnapshotId#key()} has it
     * @param waitsFor what AWS is at, as a sentence of it, where it tells more than that it is at work
     */
    record Running(
            @Nullable Integer percent,
            @Nullable String key,
            @Nullable String waitsFor) implements Progress {

        public Running(@Nullable Integer percent, @Nullable String key) {
            this(percent, key, null);
        }
    }

    /**
     * It is made.
     *
     * @param key AWS's key of the snapshot that was made, as {@link SnapshotId#key()} has it
     */
    record Done(@Nullable String key) implements Progress {}

    /** It ended without what was asked for; also when something of the name is there that another request made. */
    record Failed(ErrorCode code, String message, @Nullable String awsErrorCode) implements Progress {

        /** A change that AWS refused. */
        public static Failed of(GatewayException refusal) {
            return new Failed(refusal.code(), refusal.getMessage(), refusal.awsErrorCode());
        }
    }
}
