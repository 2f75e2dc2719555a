package io.headgate.localcloud.elasticache;

import io.headgate.localcloud.LocalClock;
import io.headgate.localcloud.query.Listing;
import io.headgate.localcloud.query.QueryError;
import io.headgate.localcloud.query.QueryRequest;
import io.headgate.localcloud.query.XmlResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** All caches, snapshots and events. Its lock guards them; nobody holds it while something takes time. */
final class CacheAccount {

    private static final Logger LOG = Logger.getLogger(CacheAccount.class);
    private static final int PAGE = 100;
    private static final int MOST_EVENTS = 10_000;
    private static final int MINUTES_BY_DEFAULT = 60;
    private static final int LONGEST_MINUTES = 20_160;
    private static final int THREADS = 4;
    private static final long LONGEST_END_SECONDS = 60;
    private static final String ARN = "arn:aws:elasticache:eu-west-1:000000000000:";

    private record Event(long number, Instant time, String source, String message) {}

    final LocalClock clock;
    final Map<String, LocalCache> groups = new TreeMap<>();
    final Map<String, LocalCache> clusters = new TreeMap<>();
    final Map<String, CacheSnapshot> snapshots = new TreeMap<>();

    private final Path directory;
    private final Deque<Event> events = new ArrayDeque<>();
    private final ExecutorService background = Executors.newFixedThreadPool(THREADS, CacheAccount::daemon);
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(CacheAccount::daemon);
    private long last;

    /** @param directory where each server and each snapshot gets a place of its own */
    CacheAccount(LocalClock clock, Path directory) {
        this.clock = clock;
        this.directory = directory;
    }

    static String arn(String type, String name) {
        return ARN + type + ":" + name;
    }

    /** A place for files that no other place is named like. */
    synchronized Path newPlace(String name) {
        return directory.resolve("elasticache-" + ++last + "-" + name);
    }

    LocalCache group(String name) {
        LocalCache group = groups.get(name.toLowerCase(Locale.ROOT));
        if (group == null) {
            throw new QueryError("ReplicationGroupNotFoundFault", 404, "ReplicationGroup " + name + " not found.");
        }
        return group;
    }

    /** A cache cluster that belongs to no replication group. */
    LocalCache cluster(String name) {
        LocalCache cluster = clusters.get(name.toLowerCase(Locale.ROOT));
        if (cluster == null) {
            throw noCluster(name);
        }
        return cluster;
    }

    static QueryError noCluster(String name) {
        return new QueryError("CacheClusterNotFound", 404, "CacheCluster not found: " + name);
    }

    CacheSnapshot snapshot(String name) {
        CacheSnapshot snapshot = snapshots.get(name.toLowerCase(Locale.ROOT));
        if (snapshot == null) {
            throw new QueryError("SnapshotNotFoundFault", 404, "Snapshot not found: " + name);
        }
        return snapshot;
    }

    void requireFreeSnapshot(String name) {
        if (snapshots.containsKey(name)) {
            throw new QueryError(
                    "SnapshotAlreadyExistsFault", 400, "Snapshot with specified name already exists: " + name);
        }
    }

    /** The tags of what an ARN names. */
    Map<String, String> tags(String name) {
        String[] parts = name.split(":", 7);
        if (!name.startsWith(ARN) || parts.length < 7) {
            throw new QueryError("InvalidARN", 400, "Invalid ARN: " + name);
        }
        return switch (parts[5]) {
            case "replicationgroup" -> group(parts[6]).tags;
            case "cluster" -> cluster(parts[6]).tags;
            case "snapshot" -> snapshot(parts[6]).tags;
            default -> throw new QueryError("InvalidARN", 400, "Invalid ARN: " + name);
        };
    }

    /** Does what takes time without the lock, and what changes the account with it. */
    <T> void work(String what, Supplier<T> slow, Consumer<T> done, Runnable failed) {
        background.execute(() -> {
            try {
                T result = slow.get();
                synchronized (this) {
                    done.accept(result);
                }
            } catch (RuntimeException e) {
                LOG.warnf(e, "%s failed", what);
                synchronized (this) {
                    failed.run();
                }
            }
        });
    }

    /** Does something now and then, with the lock. */
    void repeat(long millis, Runnable check) {
        var unused = timer.scheduleWithFixedDelay(
                () -> {
                    try {
                        synchronized (this) {
                            check.run();
                        }
                    } catch (RuntimeException e) {
                        LOG.warn("check failed", e);
                    }
                },
                millis,
                millis,
                TimeUnit.MILLISECONDS);
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "local-elasticache");
        thread.setDaemon(true);
        return thread;
    }

    /** Tells of something that happened to a cache just now. */
    void tell(LocalCache cache, String message) {
        events.add(new Event(++last, clock.now(), cache.identifier, message));
        if (events.size() > MOST_EVENTS) {
            events.remove();
        }
    }

    void describeEvents(QueryRequest request, XmlResponse xml) {
        String source = request.find("SourceIdentifier");
        String type = request.find("SourceType");
        Instant end = Objects.requireNonNullElse(request.instant("EndTime"), Instant.MAX);
        Duration duration = Duration.ofMinutes(
                request.integer("Duration", 1, LONGEST_MINUTES).orElse(MINUTES_BY_DEFAULT));
        Instant start = Objects.requireNonNullElse(
                request.instant("StartTime"), clock.now().minus(duration));
        List<Event> sought = events.stream()
                .filter(event -> source == null || event.source.equals(source))
                .filter(event -> type == null || type.equals(type(event)))
                .filter(event -> !event.time.isBefore(start) && !event.time.isAfter(end))
                .toList();
        Listing.of(sought, request, event -> "%012d".formatted(event.number), PAGE)
                .write(
                        xml,
                        "Events",
                        event -> xml.element("Event", () -> {
                            xml.text("SourceIdentifier", event.source);
                            xml.text("SourceType", type(event));
                            xml.text("Message", event.message);
                            xml.text("Date", event.time);
                        }));
    }

    private String type(Event event) {
        return clusters.containsKey(event.source) ? "cache-cluster" : "replication-group";
    }

    /** Begins nothing more, and ends all servers besides the cloud's own. */
    void close() {
        timer.shutdown();
        background.shutdown();
        try {
            if (!timer.awaitTermination(LONGEST_END_SECONDS, TimeUnit.SECONDS)
                    || !background.awaitTermination(LONGEST_END_SECONDS, TimeUnit.SECONDS)) {
                LOG.warnf("work did not end within %d s", LONGEST_END_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        List<LocalCache> all;
        synchronized (this) {
            all = new ArrayList<>(groups.values());
            all.addAll(clusters.values());
        }
        all.forEach(LocalCache::close);
    }
}
