package io.headgate.user.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.user.Attributes;
import io.headgate.user.Store;
import io.headgate.user.User;
import io.headgate.user.UserEventSource.Batch;
import io.headgate.user.UserId;
import io.headgate.user.UserStatus;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsAsyncClient;

/** What the stream of a real table tells, and when reading begins anew. */
class DynamoDbUserEventsTest {

    private static final String STREAM = "stream";

    private final LocalTable table = LocalTable.create();
    private final DynamoDbAsyncClient client = LocalTable.client(LocalTable.endpoint());
    private final DynamoDbStreamsAsyncClient streams = LocalTable.streams();
    private final DynamoDbUserEvents source = new DynamoDbUserEvents(client, streams, table.config(Map.of()));

    /** As a reader keeps them. */
    private final Map<String, String> positions = new HashMap<>();

    private final List<String> taken = new ArrayList<>();
    private int beginnings;

    @BeforeEach
    void begin() {
        read();
        assertThat(beginnings).isEqualTo(1);
    }

    @AfterEach
    void close() {
        streams.close();
        client.close();
    }

    @Test
    void changesAreToldOnce() {
        load("ada");
        read();
        load("bob");

        read();

        assertThat(taken).containsExactly("CREATED ada", "CREATED bob");
        assertThat(beginnings).isEqualTo(1);
    }

    /** What came meanwhile in a shard that had nothing yet may have been dropped, which no position tells. */
    @Test
    void aStreamThatNobodyReadForADayBeginsAnew() {
        doneBefore(Duration.ofHours(24));

        read();

        assertThat(beginnings).isEqualTo(2);
        load("ada");
        read();
        assertThat(taken).containsExactly("CREATED ada");
    }

    @Test
    void aStreamThatNobodyReadForLessThanADayGoesOn() {
        doneBefore(Duration.ofHours(23));
        load("ada");

        read();

        assertThat(taken).containsExactly("CREATED ada");
        assertThat(beginnings).isEqualTo(1);
    }

    @Test
    void thatNothingIsLeftIsKeptFromHourToHour() {
        doneBefore(Duration.ofMinutes(50));
        read();
        assertThat(doneAt()).isBefore(Instant.now().minus(Duration.ofMinutes(50)));
        doneBefore(Duration.ofMinutes(70));

        read();

        assertThat(doneAt()).isAfter(Instant.now().minus(Duration.ofMinutes(50)));
        assertThat(beginnings).isEqualTo(1);
    }

    private void doneBefore(Duration time) {
        positions.compute(STREAM, (key, position) -> {
            String known = Objects.requireNonNull(position);
            return known.substring(0, known.lastIndexOf(' ') + 1)
                    + Instant.now().minus(time);
        });
    }

    private Instant doneAt() {
        String known = Objects.requireNonNull(positions.get(STREAM));
        return Instant.parse(known.substring(known.lastIndexOf(' ') + 1));
    }

    private void load(String key) {
        LocalTable.load(client, table.name(), List.of(user(key)));
    }

    private static User user(String key) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
        return new User(
                new UserId(Store.DYNAMODB, key),
                key + "@example.com",
                "N",
                null,
                UserStatus.ACTIVE,
                Attributes.NONE,
                now,
                now,
                1);
    }

    private void read() {
        while (source.read(Map.copyOf(positions), this::take).await().atMost(Duration.ofSeconds(30))) {
            assertThat(beginnings).isLessThan(10);
        }
    }

    private Uni<Void> take(Batch batch) {
        if (batch.begins()) {
            beginnings++;
            positions.clear();
        }
        batch.events()
                .forEach(event ->
                        taken.add(event.kind() + " " + event.user().id().key()));
        if (batch.position() == null) {
            positions.remove(batch.partition());
        } else {
            positions.put(batch.partition(), batch.position());
        }
        return Uni.createFrom().voidItem();
    }
}
