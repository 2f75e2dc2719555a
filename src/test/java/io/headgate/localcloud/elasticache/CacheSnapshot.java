package io.headgate.localcloud.elasticache;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A snapshot, which outlives what it was made of. Whoever reads or changes it holds the {@link CacheAccount}'s lock. */
final class CacheSnapshot {

    final String name;
    final LocalCache source;
    final String node;
    final Path file;
    final Map<String, String> tags = new TreeMap<>();
    String status = LocalCache.CREATING;

    /** When it was made, {@code null} until then. */
    @Nullable
    Instant created;

    long bytes;

    CacheSnapshot(String name, LocalCache source, String node, Path file) {
        this.name = name;
        this.source = source;
        this.node = node;
        this.file = file;
    }

    String arn() {
        return CacheAccount.arn("snapshot", name);
    }
}
