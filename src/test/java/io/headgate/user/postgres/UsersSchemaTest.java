package io.headgate.user.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.localcloud.LocalCloud;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Schema versions on a real PostgreSQL. */
class UsersSchemaTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private TestDatabase database;
    private Pool pool;

    @BeforeEach
    void create() {
        database = TestDatabase.emptyOn(LocalCloud.shared().postgres());
        pool = database.pool(1);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void gatewaysThatStartAtOnceMakeTheSchemaOnce() {
        List<Uni<Void>> starts = Stream.generate(() -> new UsersSchema(database.pool(1)).migrate())
                .limit(8)
                .toList();

        Uni.join().all(starts).andFailFast().await().atMost(LIMIT);

        assertThat(TestDatabase.lines(pool, "SELECT version FROM headgate_schema"))
                .containsExactly("1");
        assertThat(TestDatabase.lines(pool, "SELECT count(*) FROM users")).containsExactly("0");
    }

    @Test
    void migratedDatabaseIsLeftAsItIs() {
        new UsersSchema(pool).migrate().await().atMost(LIMIT);
        List<String> before = TestDatabase.lines(pool, "SELECT migrated_at FROM headgate_schema");

        new UsersSchema(pool).migrate().await().atMost(LIMIT);

        assertThat(TestDatabase.lines(pool, "SELECT migrated_at FROM headgate_schema"))
                .isEqualTo(before);
    }

    @Test
    void databaseThatFlywayMadeIsTakenOver() {
        TestDatabase.lines(
                pool, "CREATE TABLE flyway_schema_history (version text); CREATE TABLE users (user_id text)");

        new UsersSchema(pool).migrate().await().atMost(LIMIT);

        assertThat(TestDatabase.lines(pool, "SELECT version FROM headgate_schema"))
                .containsExactly("1");
    }

    @Test
    void migrationThatFailsLeavesNothing() {
        TestDatabase.lines(pool, "CREATE VIEW users_name_idx AS SELECT 1");
        UsersSchema schema = new UsersSchema(pool);

        assertThatThrownBy(() -> schema.migrate().await().atMost(LIMIT)).hasMessageContaining("users_name_idx");

        assertThat(TestDatabase.lines(
                        pool, "SELECT to_regclass('users') IS NULL AND to_regclass('headgate_schema') IS NULL"))
                .containsExactly("true");
    }
}
