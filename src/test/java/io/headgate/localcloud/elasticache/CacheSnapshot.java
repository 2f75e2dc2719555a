package io.headgate.localcloud.elasticache;

import io.headgate.localcloud.query.QueryError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A snapshot, which outlives what it was made of. Whoever reads or changes it holds the {@link CacheAccount}'s lock. */
final class CacheSnapshot {

    /** What a shard held, in a file that its primary writes. */
    static final class Part {

        final String shard;
        final CacheNode node;
        final Path file;

        /** How large the file is, once there is one. */
        volatile long bytes;

        Part(String shard, CacheNode node, Path file) {
            this.shard = shard;
            this.node = node;
            this.file = file;
        }

        void write() {
            node.running().save(file);
            try {
                bytes = Files.size(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void remove() {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    final String name;
    final boolean automatic;
    final LocalCache source;
    final List<Part> parts;
    final Map<String, String> tags = new TreeMap<>();
    String status = LocalCache.CREATING;

    /** When it was made, {@code null} until then. */
    @Nullable
    Instant created;

    CacheSnapshot(String name, boolean automatic, LocalCache source, List<Part> parts) {
        this.name = name;
        this.automatic = automatic;
        this.source = source;
        this.parts = parts;
    }

    /** What there is to load, in the order of the shards. */
    List<Path> files() {
        return parts.stream().map(part -> part.file).toList();
    }

    /** The file of the only shard. Fails where there are several. */
    Path onlyFile() {
        if (parts.size() > 1) {
            throw QueryError.invalidCombination("Snapshot " + name + " has " + parts.size() + " shards.");
        }
        return parts.get(0).file;
    }

    String arn() {
        return CacheAccount.arn("snapshot", name);
    }
}
