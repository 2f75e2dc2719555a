package io.headgate.localcloud.rds;

import io.headgate.localcloud.PostgresBackup;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A snapshot of a DB instance or cluster. Whoever reads or changes it holds the {@link Account}'s lock. */
final class Snapshot {

    final Kind kind;
    final String identifier;
    final boolean automated;

    /** The time that the snapshot shows, once it is whole. */
    Instant created;

    String status = Database.CREATING;
    int percent;

    /** What the source was then: it may be gone, changed or renamed since. */
    final String sourceIdentifier;

    final String sourceResourceId;
    final Instant sourceCreated;
    final Map<String, String> attributes;
    final Map<String, String> tags = new LinkedHashMap<>();
    final int port;

    /** Completes when all that have begun to restore from it are done: its files, and the log from there on, stay till then. */
    CompletableFuture<Void> readers = CompletableFuture.completedFuture(null);

    /** The files, once it is whole, unless its engine has no server here. */
    @Nullable
    PostgresBackup backup;

    Snapshot(Database source, String identifier, boolean automated, Instant created) {
        this.kind = source.kind;
        this.identifier = identifier;
        this.automated = automated;
        this.created = created;
        this.sourceIdentifier = source.identifier;
        this.sourceResourceId = source.resourceId;
        this.sourceCreated = source.created;
        this.attributes = Map.copyOf(source.attributes);
        this.port = source.server == null ? 0 : source.server.port();
        if (!source.runs()) {
            tags.putAll(Database.METADATA_ONLY);
        }
    }

    String arn() {
        return kind.snapshotArn(identifier);
    }

    String type() {
        return automated ? "automated" : "manual";
    }

    boolean isAvailable() {
        return status.equals(Database.AVAILABLE);
    }

    void becomesAvailable(@Nullable PostgresBackup files, Instant now) {
        backup = files;
        created = now;
        percent = 100;
        status = Database.AVAILABLE;
    }

    void readBy(CompletableFuture<Void> restore) {
        readers = CompletableFuture.allOf(readers, restore);
    }

    void removeFiles() {
        PostgresBackup files = backup;
        if (files != null) {
            files.remove();
        }
    }

    /** The values of a filter. */
    @Nullable
    Set<String> values(String filter) {
        if (filter.equals(kind.identifierFilter())) {
            return Set.of(sourceIdentifier, kind.arn(sourceIdentifier));
        }
        if (filter.equals(kind.snapshotIdentifierFilter())) {
            return Set.of(identifier, arn());
        }
        if (filter.equals(kind.resourceIdFilter())) {
            return Set.of(sourceResourceId);
        }
        return switch (filter) {
            case "snapshot-type" -> Set.of(type());
            case "engine" -> Set.of(attributes.getOrDefault("Engine", ""));
            default -> null;
        };
    }
}
