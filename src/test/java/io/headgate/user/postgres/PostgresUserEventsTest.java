package io.headgate.user.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalPostgres;
import io.headgate.user.UserEventSource.Batch;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the slot of a real server tells, and when it is moved. */
class PostgresUserEventsTest {

    private final LocalPostgres server = LocalCloud.shared().postgres();
    private final String slot = "t" + UUID.randomUUID().toString().replace("-", "");
    private final TestDatabase database = TestDatabase.on(server);
    private final PostgresUserEvents source =
            new PostgresUserEvents(database.pool(2), Limits.GENEROUS, slot, new SimpleMeterRegistry());

    /** As a reader keeps them. */
    private final Map<String, String> positions = new HashMap<>();

    private final List<String> taken = new ArrayList<>();
    private int beginnings;
    private int batchesLeft = Integer.MAX_VALUE;

    @BeforeEach
    void begin() {
        read();
        assertThat(beginnings).isEqualTo(1);
    }

    @AfterEach
    void close() throws SQLException {
        execute("SELECT pg_drop_replication_slot('" + slot + "')");
        database.close();
    }

    @Test
    void aReaderThatFailsWithinATransactionGoesOnThere() throws SQLException {
        execute("INSERT INTO users SELECT 'n' || n, n || '@example.com', 'N', NULL, 'ACTIVE', '{}', now(), now(), 1"
                + " FROM generate_series(1, 1000) n");
        batchesLeft = 2;
        assertThatThrownBy(this::read).hasMessageContaining("not taken");
        assertThat(taken).isNotEmpty().hasSizeLessThan(1000);
        batchesLeft = Integer.MAX_VALUE;

        read();

        assertThat(taken)
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 1000)
                        .mapToObj(n -> "CREATED n" + n)
                        .toList());
        assertThat(beginnings).isEqualTo(1);
    }

    @Test
    void theSlotIsMovedWhenWhatItToldWasTaken() throws SQLException {
        String before = confirmed();
        insert("ada");
        batchesLeft = 0;
        assertThatThrownBy(this::read).hasMessageContaining("not taken");
        assertThat(confirmed()).isEqualTo(before);
        batchesLeft = 1;

        read();

        assertThat(taken).containsExactly("CREATED ada");
        assertThat(confirmed()).isNotEqualTo(before);
    }

    @Test
    void transactionsComeInTheOrderOfTheirCommits() throws SQLException {
        try (Connection first = database.connect();
                Statement statement = first.createStatement()) {
            first.setAutoCommit(false);
            statement.execute(insertion("began-first"));
            insert("committed-first");
            read();
            first.commit();
        }

        read();

        assertThat(taken).containsExactly("CREATED committed-first", "CREATED began-first");
    }

    @Test
    void whatWasRolledBackIsNotTold() throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(insertion("undone"));
            connection.rollback();
        }
        insert("done");

        read();

        assertThat(taken).containsExactly("CREATED done");
    }

    @Test
    void aSlotThatSomebodyElseHasMovedBeginsAnew() throws SQLException {
        insert("missed");
        execute("SELECT pg_replication_slot_advance('" + slot + "', pg_current_wal_flush_lsn())");

        read();

        assertThat(beginnings).isEqualTo(2);
        insert("ada");
        read();
        assertThat(taken).containsExactly("CREATED ada");
    }

    @Test
    void aPublicationThatIsGoneBeginsAnew() throws SQLException {
        execute("DROP PUBLICATION " + slot);
        insert("missed");

        read();

        assertThat(beginnings).isEqualTo(2);
        insert("ada");
        read();
        assertThat(taken).containsExactly("CREATED ada");
    }

    @Test
    void whatOtherTablesWriteIsNotKeptForever() throws SQLException {
        String before = confirmed();
        execute("CREATE TABLE others AS SELECT n, repeat('x', 1000) FROM generate_series(1, 5000) n");

        read();

        assertThat(taken).isEmpty();
        assertThat(confirmed()).isNotEqualTo(before);
    }

    /** Decoding all that a slot is behind may take longer than a page may. */
    @Test
    void aSlotThatIsFarBehindIsReadInParts() throws SQLException {
        insert("before");
        execute("SELECT count(pg_logical_emit_message(false, 'others', repeat('x', 1000000)))"
                + " FROM generate_series(1, 300)");
        insert("after");

        boolean isMore = TestDatabase.await(source.read(Map.copyOf(positions), this::take));

        assertThat(isMore).isTrue();
        assertThat(taken).containsExactly("CREATED before");
        read();
        assertThat(taken).containsExactly("CREATED before", "CREATED after");
        assertThat(beginnings).isEqualTo(1);
    }

    @Test
    void anotherReaderGoesOnWithWhatTheFirstHasNotTaken() throws SQLException {
        insert("ada");
        read();
        insert("bob");
        PostgresUserEvents other =
                new PostgresUserEvents(database.pool(1), Limits.GENEROUS, slot, new SimpleMeterRegistry());

        read(other);

        assertThat(taken).containsExactly("CREATED ada", "CREATED bob");
    }

    @Test
    void attributesKeepTheirDigitsAndTextsTheirLetters() throws SQLException {
        List<String> attributes = new ArrayList<>();
        execute("INSERT INTO users VALUES ('ü', 'ü@example.com', E'रश्मि\\n''x''', '+44', 'INVITED',"
                + " '{\"n\": 12345678901234567890.123456789}', '2026-01-31 23:59:59.123456+05', now(), 7)");

        TestDatabase.await(source.read(positions, batch -> {
            batch.events()
                    .forEach(event -> attributes.add(event.user().name()
                            + event.user().attributes().values()
                            + event.user().createdAt()
                            + event.user().phone()
                            + event.user().status()));
            return Uni.createFrom().voidItem();
        }));

        assertThat(attributes)
                .containsExactly("रश्मि\n'x'{n=12345678901234567890.123456789}2026-01-31T18:59:59.123456Z+44INVITED");
    }

    private void read() {
        read(source);
    }

    private void read(PostgresUserEvents from) {
        while (TestDatabase.await(from.read(Map.copyOf(positions), this::take))) {
            assertThat(batchesLeft).isNotNegative();
        }
    }

    private Uni<Void> take(Batch batch) {
        if (batchesLeft-- <= 0) {
            return Uni.createFrom().failure(new IllegalStateException("full"));
        }
        beginnings += batch.begins() ? 1 : 0;
        batch.events()
                .forEach(event ->
                        taken.add(event.kind() + " " + event.user().id().key()));
        positions.put(batch.partition(), String.valueOf(batch.position()));
        return Uni.createFrom().voidItem();
    }

    private void insert(String key) throws SQLException {
        execute(insertion(key));
    }

    private static String insertion(String key) {
        return "INSERT INTO users VALUES ('" + key + "', '" + key
                + "@example.com', 'N', NULL, 'ACTIVE', '{}', now(), now(), 1)";
    }

    private String confirmed() throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name = '" + slot + "'")) {
            rows.next();
            return String.valueOf(rows.getString(1));
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
