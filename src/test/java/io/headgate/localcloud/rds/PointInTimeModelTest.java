package io.headgate.localcloud.rds;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.localcloud.LocalCloud;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Any second comes back as a model of the table was in that second, row for row. */
class PointInTimeModelTest {

    private static final int SECONDS = 8;
    private static final int RESTORED = 4;
    private static final int KEYS = 50;

    /** Nothing changes so close to a whole second, so that the model is exact. */
    private static final Duration EDGE = Duration.ofMillis(30);

    private static final Duration BETWEEN_CHANGES = Duration.ofMillis(1);

    private static final LocalCloud CLOUD = LocalCloud.shared();
    private static final Rds RDS = new Rds(CLOUD);

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    @AfterAll
    static void close() {
        RDS.close();
    }

    @Test
    void eachSecondComesBackAsItWas() throws SQLException {
        // Given
        Map<Instant, Map<String, String>> model = changed();
        List<Instant> seconds = new ArrayList<>(model.keySet());
        Collections.shuffle(seconds, random);
        List<Instant> chosen = seconds.subList(0, RESTORED);
        RDS.awaitRestorable("mydb", Collections.max(chosen));

        // When
        for (Instant second : chosen) {
            RDS.client
                    .restoreDBInstanceToPointInTime(request -> request.sourceDBInstanceIdentifier("mydb")
                            .targetDBInstanceIdentifier(name(second))
                            .restoreTime(second))
                    .join();
        }

        // Then
        for (Instant second : chosen) {
            try (Connection connection =
                    Rds.connect(RDS.availableInstance(name(second)), "headgate", "headgate", "headgate")) {
                assertThat(Rds.rows(connection, "SELECT k || '=' || v FROM model ORDER BY k"))
                        .as("%s with seed %s", second, seed)
                        .isEqualTo(model.getOrDefault(second, Map.of()).entrySet().stream()
                                .map(row -> row.getKey() + "=" + row.getValue())
                                .toList());
            }
            RDS.delete(name(second));
        }
    }

    private static String name(Instant second) {
        return "at-" + second.getEpochSecond();
    }

    /** Changes a table for some seconds, and returns what was in it at each. */
    private Map<Instant, Map<String, String>> changed() throws SQLException {
        Map<Instant, Map<String, String>> model = new TreeMap<>();
        Map<String, String> rows = new TreeMap<>();
        try (Connection mydb = CLOUD.postgres().connect()) {
            Rds.run(mydb, "CREATE TABLE model (k text COLLATE \"C\" PRIMARY KEY, v text)");
            try (PreparedStatement put = mydb.prepareStatement(
                            "INSERT INTO model VALUES (?, ?) ON CONFLICT (k) DO UPDATE SET v = excluded.v");
                    PreparedStatement delete = mydb.prepareStatement("DELETE FROM model WHERE k = ?")) {
                Instant last = CLOUD.clock().now().truncatedTo(ChronoUnit.SECONDS);
                while (model.size() < SECONDS) {
                    Instant second = CLOUD.clock().now().plus(EDGE).truncatedTo(ChronoUnit.SECONDS);
                    if (second.isAfter(last)) {
                        model.put(second, new TreeMap<>(rows));
                        last = second;
                        sleepUntil(second.plus(EDGE));
                    }
                    change(rows, put, delete);
                    LockSupport.parkNanos(BETWEEN_CHANGES.toNanos());
                }
            }
        }
        return model;
    }

    private void change(Map<String, String> rows, PreparedStatement put, PreparedStatement delete) throws SQLException {
        String key = Integer.toString(random.nextInt(KEYS));
        if (random.nextInt(3) == 0) {
            delete.setString(1, key);
            delete.executeUpdate();
            rows.remove(key);
        } else {
            String value = Long.toString(random.nextLong());
            put.setString(1, key);
            put.setString(2, value);
            put.executeUpdate();
            rows.put(key, value);
        }
    }

    private static void sleepUntil(Instant time) {
        for (Instant now = CLOUD.clock().now();
                now.isBefore(time);
                now = CLOUD.clock().now()) {
            LockSupport.parkNanos(Duration.between(now, time).toNanos());
        }
    }
}
