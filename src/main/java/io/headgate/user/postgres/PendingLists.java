package io.headgate.user.postgres;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/**
 * Empties the pending lists of the GIN indexes, that of the trigrams among them, beside the changes that fill them. Where nobody does,
 * PostgreSQL has it done by the change that fills one up: it takes some tenths of a second then, in which whoever changes the same
 * user waits for it.
 *
 * <p>It is done each time this process has made a number of changes, which follows what was found in the lists: a quarter of what they
 * may hold, whatever a change adds and however many gateways there are.
 *
 * @see <a href="https://www.postgresql.org/docs/current/gin.html#GIN-FAST-UPDATE">GIN's fast update</a>
 */
final class PendingLists {

    private static final Logger LOG = Logger.getLogger(PendingLists.class);

    /** What was in the fullest of them, as a share of what one may hold. */
    private static final Statement EMPTY = Statement.of("""
            SELECT (max(gin_clean_pending_list(i.indexrelid)) * current_setting('block_size')::float8
              / pg_size_bytes(current_setting('gin_pending_list_limit')))::float8
            FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam
            WHERE i.indrelid = 'users'::regclass AND a.amname = 'gin'""");

    /** Nobody waits for it: after a bulk load there may be much. */
    private static final Duration LIMIT = Duration.ofMinutes(1);

    /** The share that is to be found. */
    private static final double AIM = 0.25;

    private static final int LEAST_CHANGES = 100;
    private static final int MOST_CHANGES = 100_000;

    private final Connections connections;
    private final AtomicInteger changes = new AtomicInteger();
    private final AtomicBoolean isEmptying = new AtomicBoolean();
    private volatile int enough;

    /** @param enough after how many changes they are emptied for the first time */
    PendingLists(Connections connections, int enough) {
        this.connections = connections;
        this.enough = enough;
    }

    /** Tells of a change that was made. Returns at once. */
    void changed() {
        if (changes.incrementAndGet() >= enough && isEmptying.compareAndSet(false, true)) {
            changes.set(0);
            Future.succeededFuture()
                    .compose(begun -> connections.run(EMPTY, LIMIT))
                    .onComplete(this::emptied);
        }
    }

    /** After how many changes they are emptied next. */
    int enough() {
        return enough;
    }

    private void emptied(AsyncResult<RowSet<Row>> outcome) {
        isEmptying.set(false);
        if (outcome.succeeded()) {
            Double share = outcome.result().iterator().next().getDouble(0);
            enough = enough(share == null ? 0 : share);
        } else if (PostgresFailures.isForbidden(outcome.cause())) {
            enough = MOST_CHANGES;
            LOG.warn(
                    "PostgreSQL's user does not own the indexes of the table users, and may not empty their pending lists: the change"
                            + " that fills one does so, which can take a second. Make it their owner, or vacuum the table often.");
        }
    }

    private int enough(double share) {
        double factor = Math.min(2, Math.max(0.5, AIM / share));
        return (int) Math.min(MOST_CHANGES, Math.max(LEAST_CHANGES, enough * factor));
    }
}
