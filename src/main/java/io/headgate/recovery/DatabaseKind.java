package io.headgate.recovery;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The kinds of databases that can be recovered. */
public enum DatabaseKind {
    /** An RDS DB instance of any engine, unless it belongs to a cluster. */
    RDS_INSTANCE("rds"),
    /** An Aurora DB cluster. */
    AURORA_CLUSTER("aurora"),
    /** A DynamoDB table. */
    DYNAMODB_TABLE("dynamodb"),
    /** A replication group of ElastiCache, or a cache cluster that belongs to none. */
    CACHE_CLUSTER("cache");

    private final String prefix;

    DatabaseKind(String prefix) {
        this.prefix = prefix;
    }

    /** What ids of this kind begin with: {@code rds} in {@code rds:mydb}. */
    public String prefix() {
        return prefix;
    }

    /** Whether its databases can be restored to past seconds, and not to snapshots alone. */
    boolean hasPointInTimeRecovery() {
        return this != CACHE_CLUSTER;
    }

    /** A name or identifier in the one form that AWS keeps: RDS and ElastiCache keep theirs in lower case. */
    String canonical(String name) {
        return this == DYNAMODB_TABLE ? name : name.toLowerCase(Locale.ROOT);
    }

    static @Nullable DatabaseKind ofPrefix(String prefix) {
        for (DatabaseKind kind : values()) {
            if (kind.prefix.equals(prefix)) {
                return kind;
            }
        }
        return null;
    }
}
