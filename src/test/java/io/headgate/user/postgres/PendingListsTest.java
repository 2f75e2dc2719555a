package io.headgate.user.postgres;

import static io.headgate.Conditions.until;
import static io.headgate.user.postgres.TestDatabase.await;
import static io.headgate.user.postgres.TestDatabase.lines;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalPostgres;
import io.headgate.user.Attributes;
import io.headgate.user.Store;
import io.headgate.user.User;
import io.headgate.user.UserId;
import io.headgate.user.UserStatus;
import io.vertx.sqlclient.Pool;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The lists as they are in the pages of the indexes. */
class PendingListsTest {

    private static final LocalPostgres SERVER = LocalCloud.shared().postgres();
    private static final int ENOUGH = 200;

    @SuppressWarnings("NullAway.Init")
    private TestDatabase database;

    @SuppressWarnings("NullAway.Init")
    private Pool pool;

    @SuppressWarnings("NullAway.Init")
    private PendingLists lists;

    @BeforeEach
    void open() {
        database = TestDatabase.on(SERVER);
        pool = database.pool(2);
        sql("CREATE EXTENSION pageinspect");
        sql("ALTER TABLE users SET (autovacuum_enabled = false)");
        lists = new PendingLists(Connections.of(pool, Limits.GENEROUS), ENOUGH);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void theyAreEmptiedAfterEnoughChanges() {
        insert(10);

        changes(ENOUGH - 1);
        assertThat(pending()).doesNotContain("0");

        changes(1);
        awaitEmptied();
    }

    @Test
    void soonerWhereTheyFillFast() {
        insert(10_000);
        changes(ENOUGH);
        until(() -> lists.enough() == ENOUGH / 2);
        insert(10);

        changes(ENOUGH / 2);

        awaitEmptied();
    }

    @Test
    void laterWhereTheyFillSlowly() {
        insert(10);
        changes(ENOUGH);
        until(() -> lists.enough() == 2 * ENOUGH);
        insert(10);

        changes(2 * ENOUGH - 1);
        assertThat(pending()).doesNotContain("0");

        changes(1);
        awaitEmptied();
    }

    @Test
    void theStoreTellsOfItsChanges() {
        PostgresUserStore store = new PostgresUserStore(pool, Limits.GENEROUS);

        for (int i = 0; i < 500; i++) {
            await(store.create(user(i)));
        }

        awaitEmptied();
    }

    @Test
    void aUserWhoMayNotIsToldAndChangesAreMade() {
        Queue<String> messages = new ConcurrentLinkedQueue<>();
        Logger logger = Logger.getLogger(PendingLists.class.getName());
        logger.setFilter(entry -> !messages.add(entry.getMessage()));
        String guest = database.name();
        sql("CREATE ROLE \"" + guest + "\" LOGIN PASSWORD 'guest'");
        sql("GRANT ALL ON users TO \"" + guest + "\"");
        Pool guests = database.pool(2, SERVER.port(), guest, "guest");
        PostgresUserStore store = new PostgresUserStore(guests, Limits.GENEROUS);

        for (int i = 0; i < 1_500; i++) {
            await(store.create(user(i)));
        }

        until(() -> !messages.isEmpty());
        logger.setFilter(null);
        assertThat(messages).singleElement().asString().contains("does not own the indexes");
        assertThat(lines(pool, "SELECT count(*) FROM users")).containsExactly("1500");
    }

    private void changes(int count) {
        for (int i = 0; i < count; i++) {
            lists.changed();
        }
    }

    private void insert(int count) {
        sql("""
                INSERT INTO users
                SELECT gen_random_uuid(), gen_random_uuid() || '@example.org', gen_random_uuid(), NULL, 'ACTIVE', '{}',
                  now(), now(), 1
                FROM generate_series(1, %d)""".formatted(count));
    }

    private void awaitEmptied() {
        until(() -> pending().equals(List.of("0", "0")));
    }

    /** Of each index. */
    private List<String> pending() {
        return lines(pool, """
                SELECT n_pending_pages
                FROM unnest(ARRAY['users_email_trgm_idx', 'users_name_trgm_idx']) name, gin_metapage_info(get_raw_page(name, 0))""");
    }

    private void sql(String sql) {
        await(pool.query(sql).execute());
    }

    private static User user(int i) {
        return new User(
                new UserId(Store.POSTGRES, "u" + i),
                "u" + i + "@example.org",
                "Name " + i,
                null,
                UserStatus.ACTIVE,
                Attributes.NONE,
                Instant.EPOCH,
                Instant.EPOCH,
                1);
    }
}
