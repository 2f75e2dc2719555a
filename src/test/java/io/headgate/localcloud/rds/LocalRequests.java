package io.headgate.localcloud.rds;

import io.headgate.localcloud.LocalPostgres;
import io.headgate.localcloud.PostgresStandby;
import io.headgate.localcloud.elasticache.ElastiCache;
import java.net.URI;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/**
 * What tests and demonstrations do to the local cloud and AWS has no action for: {@code /_local/clock} moves its clock,
 * {@code /_local/replicas/ID} lets a read replica lag, {@code /_local/instances/ID} and {@code /_local/caches/ID} let a server
 * fail.
 */
final class LocalRequests {

    private static final String PREFIX = "/_local/";

    private final Account account;
    private final ElastiCache elastiCache;

    LocalRequests(Account account, ElastiCache elastiCache) {
        this.account = account;
        this.elastiCache = elastiCache;
    }

    /**
     * Does what is asked for, and returns JSON that tells how it is now.
     *
     * @throws IllegalArgumentException with a message that tells what can be asked for
     */
    String answer(String method, URI uri) {
        String query = uri.getQuery();
        if (query != null && !method.equals("POST")) {
            throw new IllegalArgumentException("POST " + uri + " changes something");
        }
        String[] path = uri.getPath().substring(PREFIX.length()).split("/", 2);
        return switch (path.length == 1 ? path[0] : path[0] + "/") {
            case "clock" -> clock(query);
            case "replicas/" -> replica(path[1], query);
            case "instances/" -> instance(path[1], query);
            case "caches/" -> elastiCache.server(path[1], query);
            default ->
                throw new IllegalArgumentException(
                        "There are /_local/clock, /_local/replicas/ID, /_local/instances/ID and /_local/caches/ID");
        };
    }

    private String clock(@Nullable String query) {
        if (query != null) {
            if (!query.startsWith("advance=")) {
                throw new IllegalArgumentException("POST /_local/clock?advance=PT24H moves the clock");
            }
            account.clock.advance(duration(query.substring("advance=".length())));
        }
        return "{\"now\":\"" + account.clock.now() + "\"}";
    }

    private String replica(String identifier, @Nullable String query) {
        PostgresStandby replica;
        synchronized (account) {
            Database database = account.database(Kind.INSTANCE, identifier);
            replica = database.replica;
        }
        if (replica == null) {
            throw new IllegalArgumentException(identifier + " is no read replica, or not yet");
        }
        if (query != null) {
            if (query.equals("apply=paused")) {
                replica.pauseReplay();
            } else if (query.equals("apply=resumed")) {
                replica.resumeReplay();
            } else if (query.startsWith("delay=")) {
                replica.delayReplay(duration(query.substring("delay=".length())));
            } else {
                throw new IllegalArgumentException("POST /_local/replicas/" + identifier
                        + "?apply=paused or ?apply=resumed or ?delay=PT10S lets it lag");
            }
        }
        return "{\"replica\":\"%s\",\"apply\":\"%s\",\"bytesToApply\":%d}"
                .formatted(
                        Identifiers.sought(identifier),
                        replica.isReplayPaused() ? "paused" : "resumed",
                        replica.bytesToReplay());
    }

    private String instance(String identifier, @Nullable String query) {
        Database database;
        LocalPostgres server;
        synchronized (account) {
            database = account.database(Kind.INSTANCE, identifier);
            server = database.serving();
        }
        if (server == null) {
            throw new IllegalArgumentException(identifier + " has no server, or not yet");
        }
        if (query != null) {
            switch (query) {
                case "server=stopped" -> server.stop();
                case "server=crashed" -> server.crash();
                case "server=running" -> server.start();
                default ->
                    throw new IllegalArgumentException("POST /_local/instances/" + identifier
                            + "?server=stopped or ?server=crashed or ?server=running changes its server");
            }
        }
        boolean hasStandby;
        synchronized (account) {
            hasStandby = database.standby != null;
        }
        return "{\"instance\":\"%s\",\"server\":\"%s\",\"standby\":%b}"
                .formatted(Identifiers.sought(identifier), server.isRunning() ? "running" : "stopped", hasStandby);
    }

    private static Duration duration(String text) {
        try {
            return Duration.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(text + " is no duration like PT10S", e);
        }
    }
}
