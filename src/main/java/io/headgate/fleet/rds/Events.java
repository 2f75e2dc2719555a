package io.headgate.fleet.rds;

import io.headgate.aws.AwsWork;
import io.headgate.recovery.Operation;
import io.headgate.recovery.rds.RdsListing;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.rds.RdsAsyncClient;
import software.amazon.awssdk.services.rds.model.DescribeEventsResponse;
import software.amazon.awssdk.services.rds.model.Event;
import software.amazon.awssdk.services.rds.model.SourceType;

/**
 * What RDS tells of the last fourteen days.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeEvents.html">DescribeEvents</a>
 * @see <a href="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html">Event categories and
 *     messages</a>
 */
final class Events {

    /** What RDS's messages of a restart (RDS-EVENT-0006) and of ended failovers (0015, 0049, 0071) hold, in lower case. */
    private static final List<String> RESTARTS =
            List.of("restarted", "failover completed", "failover to standby complete", "completed failover");

    private Events() {}

    /** The events of one source, or of all, from a time on; in any order. */
    static Uni<List<Event>> since(
            AwsWork<RdsAsyncClient> rds, @Nullable SourceType type, @Nullable String source, Instant time) {
        return rds.pages(
                        (client, marker) -> client.describeEvents(request -> request.sourceType(type)
                                .sourceIdentifier(source)
                                .startTime(time)
                                .marker(marker)
                                .maxRecords(RdsListing.PAGE)),
                        DescribeEventsResponse::marker)
                .map(pages ->
                        pages.stream().flatMap(page -> page.events().stream()).toList());
    }

    /** Whether something was restarted, or failed over, since an operation was asked for. */
    static Uni<Boolean> hasRestartedSince(
            AwsWork<RdsAsyncClient> rds, SourceType type, String source, String operation) {
        Instant asked = Operation.requestedAt(operation);
        return since(rds, type, source, asked)
                .map(events -> events.stream()
                        .filter(event -> !event.date().isBefore(asked))
                        .map(event -> String.valueOf(event.message()).toLowerCase(Locale.ROOT))
                        .anyMatch(message -> RESTARTS.stream().anyMatch(message::contains)));
    }
}
