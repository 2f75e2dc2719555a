package io.headgate.recovery.elasticache;

import io.headgate.aws.AwsWork;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.elasticache.ElastiCacheAsyncClient;
import software.amazon.awssdk.services.elasticache.model.DescribeEventsResponse;
import software.amazon.awssdk.services.elasticache.model.Event;
import software.amazon.awssdk.services.elasticache.model.SourceType;

/**
 * What ElastiCache tells of the last fourteen days.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DescribeEvents.html">DescribeEvents</a>
 * @see <a href="https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_TestFailover.html">TestFailover, which
 *     tells what events a failover has</a>
 */
public final class CacheEvents {

    private CacheEvents() {}

    /** The events of one source, or of all, from a time on; in any order. */
    public static Uni<List<Event>> since(
            AwsWork<ElastiCacheAsyncClient> elastiCache,
            @Nullable SourceType type,
            @Nullable String source,
            Instant time) {
        return elastiCache
                .pages(
                        (client, marker) -> client.describeEvents(request -> request.sourceType(type)
                                .sourceIdentifier(source)
                                .startTime(time)
                                .marker(marker)
                                .maxRecords(Caches.PAGE)),
                        DescribeEventsResponse::marker)
                .map(pages ->
                        pages.stream().flatMap(page -> page.events().stream()).toList());
    }

    /** Whether a replication group has failed over since a time. */
    static Uni<Boolean> hasFailedOverSince(AwsWork<ElastiCacheAsyncClient> elastiCache, String group, Instant time) {
        return since(elastiCache, SourceType.REPLICATION_GROUP, group, time)
                .map(events -> events.stream()
                        .filter(event -> !event.date().isBefore(time))
                        .anyMatch(CacheEvents::isEndOfFailover));
    }

    private static boolean isEndOfFailover(Event event) {
        String message = String.valueOf(event.message()).toLowerCase(Locale.ROOT);
        return message.startsWith("failover from") && message.endsWith("completed");
    }
}
