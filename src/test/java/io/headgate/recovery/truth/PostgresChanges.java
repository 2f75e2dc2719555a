package io.headgate.recovery.truth;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** One writer's random changes of its rows: statements of their own and transactions, committed and rolled back. */
final class PostgresChanges implements Callable<@Nullable Void> {

    private static final int ROWS = 15;
    private static final List<String> OWNERS = List.of("a", "b");
    private static final int LONGEST_TRANSACTION = 5;
    private static final int KINDS = 20;

    private final Connection connection;
    private final PostgresTruthStore store;
    private final Share<List<@Nullable String>> share;
    private final Pace pace;
    private final Random random;
    private final RandomValues values;

    PostgresChanges(
            Connection connection,
            PostgresTruthStore store,
            Share<List<@Nullable String>> share,
            Pace pace,
            Random random) {
        this.connection = connection;
        this.store = store;
        this.share = share;
        this.pace = pace;
        this.random = random;
        this.values = new RandomValues(random);
    }

    @Override
    public @Nullable Void call() throws SQLException {
        switch (random.nextInt(KINDS)) {
            case 0, 1 -> atOnce(this::countAll);
            case 2, 3, 4, 5 -> transaction(this::statements, () -> {});
            case 6 -> transaction(this::statementsBesideSavepoint, () -> {});
            case 7 -> transaction(this::statements, pace::awaitNextSecond);
            case 8, 9 -> rolledBack(this::statements);
            case 10 -> rolledBack(this::statementsAndFailure);
            default -> atOnce(this::statement);
        }
        return null;
    }

    private interface Work {
        void on(Draft<List<@Nullable String>> draft) throws SQLException;
    }

    private void atOnce(Work work) throws SQLException {
        Draft<List<@Nullable String>> draft = share.draft();
        Instant begun = pace.now();
        work.on(draft);
        share.changed(begun, pace.now(), List.of(draft));
    }

    /** What is done before the commit does not count for any second until that. */
    private void transaction(Work work, Runnable beforeCommit) throws SQLException {
        Draft<List<@Nullable String>> draft = share.draft();
        connection.setAutoCommit(false);
        work.on(draft);
        beforeCommit.run();
        pace.awaitClear();
        Instant begun = pace.now();
        connection.commit();
        share.changed(begun, pace.now(), List.of(draft));
        connection.setAutoCommit(true);
    }

    private void rolledBack(Work work) throws SQLException {
        Instant begun = pace.now();
        connection.setAutoCommit(false);
        work.on(share.draft());
        connection.rollback();
        share.changed(begun, pace.now(), List.of());
        connection.setAutoCommit(true);
    }

    private void statements(Draft<List<@Nullable String>> draft) throws SQLException {
        for (int left = 2 + random.nextInt(LONGEST_TRANSACTION - 1); left > 0; left--) {
            statement(draft);
        }
    }

    private void statementsBesideSavepoint(Draft<List<@Nullable String>> draft) throws SQLException {
        statements(draft);
        Savepoint savepoint = connection.setSavepoint();
        statements(draft.copy());
        connection.rollback(savepoint);
        statements(draft);
    }

    private void statementsAndFailure(Draft<List<@Nullable String>> draft) throws SQLException {
        String key = key();
        if (draft.row(key) == null) {
            store.insert(connection, key, values.row());
        }
        assertThatThrownBy(() -> store.insert(connection, key, values.row())).hasMessageContaining("duplicate key");
    }

    /** Inserts a row where there is none, and updates or deletes it where there is one. */
    private void statement(Draft<List<@Nullable String>> draft) throws SQLException {
        String key = key();
        List<@Nullable String> row = values.row();
        if (draft.row(key) == null) {
            store.insert(connection, key, row);
            draft.put(key, row);
        } else if (random.nextInt(3) > 0) {
            store.update(connection, key, row);
            draft.put(key, row);
        } else {
            store.delete(connection, key);
            draft.delete(key);
        }
    }

    /** Changes many rows by one statement. */
    private void countAll(Draft<List<@Nullable String>> draft) throws SQLException {
        String owner = owner();
        store.count(connection, owner);
        for (String key : draft.keys()) {
            if (key.startsWith(owner + "/")) {
                List<@Nullable String> row = new ArrayList<>(Objects.requireNonNull(draft.row(key)));
                long counter = Long.parseLong(Objects.requireNonNull(row.get(PostgresTruthStore.COUNTER)));
                row.set(PostgresTruthStore.COUNTER, Long.toString(counter + 1));
                draft.put(key, row);
            }
        }
    }

    private String key() {
        return owner() + "/" + random.nextInt(ROWS);
    }

    private String owner() {
        return share.name() + "/" + OWNERS.get(random.nextInt(OWNERS.size()));
    }
}
