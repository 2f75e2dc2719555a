package io.headgate.localcloud.rds;

import io.headgate.localcloud.LocalClock;
import io.headgate.localcloud.query.Listing;
import io.headgate.localcloud.query.QueryError;
import io.headgate.localcloud.query.QueryRequest;
import io.headgate.localcloud.query.XmlResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What happened, and the action that tells of it. Whoever reads or changes it holds the {@link Account}'s lock. See <a
 * href="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html">Event categories and messages</a>.
 */
final class Events {

    private static final Set<String> TYPES = Set.of("db-instance", "db-cluster", "db-snapshot", "db-cluster-snapshot");
    private static final int MOST = 10_000;
    private static final int MINUTES_BY_DEFAULT = 60;
    private static final int LONGEST_MINUTES = 20_160;

    private final LocalClock clock;
    private final Deque<Event> events = new ArrayDeque<>();
    private long last;

    private record Event(
            long number, Instant time, String type, String source, String arn, String category, String message) {}

    Events(LocalClock clock) {
        this.clock = clock;
    }

    /** Tells of something that happened to a database just now. */
    void add(Database database, String category, String message) {
        add(
                database.kind == Kind.INSTANCE ? "db-instance" : "db-cluster",
                database.identifier,
                database.arn(),
                category,
                message);
    }

    /** Tells of a manual snapshot that was made just now. */
    void addSnapshot(Kind kind, String identifier) {
        add(
                kind == Kind.INSTANCE ? "db-snapshot" : "db-cluster-snapshot",
                identifier,
                kind.snapshotArn(identifier),
                kind == Kind.INSTANCE ? "creation" : "backup",
                kind == Kind.INSTANCE ? "Manual snapshot created" : "Manual cluster snapshot created");
    }

    private void add(String type, String source, String arn, String category, String message) {
        events.add(new Event(++last, clock.now(), type, source, arn, category, message));
        if (events.size() > MOST) {
            events.remove();
        }
    }

    void describe(QueryRequest request, XmlResponse xml) {
        String type = request.find("SourceType");
        if (type != null && !TYPES.contains(type)) {
            throw QueryError.invalidValue("Invalid source type: " + type);
        }
        String source = request.find("SourceIdentifier");
        if (source != null && type == null) {
            throw QueryError.invalidCombination("SourceType must be given with SourceIdentifier.");
        }
        Instant end = or(request.instant("EndTime"), Instant.MAX);
        Duration duration = Duration.ofMinutes(
                request.integer("Duration", 1, LONGEST_MINUTES).orElse(MINUTES_BY_DEFAULT));
        Instant start = or(request.instant("StartTime"), (end.equals(Instant.MAX) ? clock.now() : end).minus(duration));
        List<String> categories = request.strings("EventCategories", "EventCategory");
        List<Event> sought = events.stream()
                .filter(event -> type == null || event.type.equals(type))
                .filter(event -> source == null || event.source.equals(Identifiers.sought(source)))
                .filter(event -> !event.time.isBefore(start) && !event.time.isAfter(end))
                .filter(event -> categories.isEmpty() || categories.contains(event.category))
                .toList();
        Listing.of(sought, request, event -> "%012d".formatted(event.number), Set.of(), (event, filter) -> null)
                .write(xml, "Events", event -> write(xml, event));
    }

    private static Instant or(@Nullable Instant time, Instant otherwise) {
        return time == null ? otherwise : time;
    }

    private static void write(XmlResponse xml, Event event) {
        xml.element("Event", () -> {
            xml.text("SourceIdentifier", event.source);
            xml.text("SourceType", event.type);
            xml.text("Message", event.message);
            xml.list("EventCategories", List.of(event.category), each -> xml.text("EventCategory", each));
            xml.text("Date", event.time);
            xml.text("SourceArn", event.arn);
        });
    }
}
