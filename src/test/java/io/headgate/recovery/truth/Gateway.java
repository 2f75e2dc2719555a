package io.headgate.recovery.truth;

import static io.headgate.GraphQlClient.ask;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.GraphQlClient.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Restores asked for of the running gateway, over GraphQL. */
final class Gateway {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);
    private static final String RESTORE =
            "mutation($input: RestoreToPointInTimeInput!) { restoreToPointInTime(input: $input) { id state } }";
    private static final String OPERATION =
            "query($id: ID!) { operation(id: $id) { state error { code message awsErrorCode } database { status } } }";
    private static final String DATABASE =
            "query($id: ID!) { database(id: $id) { status endpoint latestRestorableTime } }";

    private Gateway() {}

    static Answer askToRestore(String source, String target, Instant second) {
        return ask(RESTORE, Map.of("input", Map.of("source", source, "target", target, "time", second.toString())));
    }

    /** Restores a database as it was at a second, and returns when the operation has succeeded. */
    static void restore(String source, String target, Instant second) {
        Answer asked = askToRestore(source, target, second);
        assertThat(asked.messages()).isEmpty();
        String id = asked.text("restoreToPointInTime", "id");

        Answer ended = await(
                () -> ask(OPERATION, Map.of("id", id)),
                answer -> List.of("SUCCEEDED", "FAILED").contains(answer.text("operation", "state")));

        assertThat(ended.text("operation", "state")).as("%s", ended).isEqualTo("SUCCEEDED");
    }

    /** Returns when a database can be restored as it was at a second. */
    static void awaitRestorable(String database, Instant second) {
        await(
                () -> ask(DATABASE, Map.of("id", database)),
                answer -> answer.data("database", "latestRestorableTime") instanceof String latest
                        && !Instant.parse(latest).isBefore(second));
    }

    /** Host and port. */
    static String endpoint(String database) {
        return ask(DATABASE, Map.of("id", database)).text("database", "endpoint");
    }

    private static Answer await(Supplier<Answer> look, Predicate<Answer> reached) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Answer seen = look.get();
        while (!reached.test(seen)) {
            assertThat(System.nanoTime()).as("%s", seen).isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(BETWEEN_LOOKS.toMillis()));
            seen = look.get();
        }
        return seen;
    }
}
