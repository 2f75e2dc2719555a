package io.headgate.recovery.elasticache;

import io.headgate.aws.AwsWork;
import io.headgate.recovery.Progress;
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

    /** How far a replication group has failed over that was asked to after a time. */
    static Uni<Progress> failover(AwsWork<ElastiCacheAsyncClient> elastiCache, String group, Instant asked) {
        return since(elastiCache, SourceType.REPLICATION_GROUP, group, asked).map(events -> {
            List<String> messages = events.stream()
                    .filter(event -> !event.date().isBefore(asked))
                    .map(event -> String.valueOf(event.message()).toLowerCase(Locale.ROOT))
                    .toList();
            if (messages.stream().anyMatch(each -> each.startsWith("failover from") && each.endsWith("completed"))) {
                return new Progress.Done(null);
            }
            return messages.stream().anyMatch(each -> each.startsWith("test failover api called"))
                    ? new Progress.Running(null, null)
                    : new Progress.Absent();
        });
    }
}
