package io.headgate.user.changes;

import io.headgate.user.Store;
import io.headgate.user.UserCodec;
import io.headgate.user.UserEvent;
import io.headgate.user.UserEventSource;
import io.headgate.user.UserEventSource.Batch;
import io.headgate.user.changes.UserEventLog.Lease;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Brings the changes of one store into the log, when no other replica does. What it reads is forgotten by the caches, then
 * appended together with the position, and only then given up by the store: whatever fails in between is done again, and
 * appended once.
 */
final class UserEventReader {

    private static final Logger LOG = Logger.getLogger(UserEventReader.class);

    /** How often a lease is renewed within its time, so that one lost request costs nothing. */
    private static final int RENEWALS = 4;

    private final String holder = UUID.randomUUID().toString();
    private final Context context;
    private final UserEventLog log;
    private final UserEventSource source;
    private final ForgottenUsers caches;
    private final ChangesConfig config;
    private final Store store;

    private volatile @Nullable Lease held;
    private boolean failing;
    private volatile boolean stopped;

    UserEventReader(
            Vertx vertx, UserEventLog log, UserEventSource source, ForgottenUsers caches, ChangesConfig config) {
        this.context = vertx.getOrCreateContext();
        this.log = log;
        this.source = source;
        this.caches = caches;
        this.config = config;
        this.store = source.store();
    }

    /** Begins to look whether the store is read. Returns at once. */
    void start() {
        context.runOnContext(ignored -> turn());
        context.owner().setPeriodic(renewal().toMillis(), ignored -> context.runOnContext(now -> renew()));
    }

    /** Stops, and lets another replica go on at once. */
    Uni<Void> stop() {
        stopped = true;
        return log.release(store, holder);
    }

    private Duration renewal() {
        return config.lease().dividedBy(RENEWALS);
    }

    /** All that this reader does happens in its context, one after the other. */
    private void turn() {
        if (stopped) {
            return;
        }
        Lease lease = held;
        (lease == null ? claim() : read(lease)).subscribe().with(this::later, failure -> {
            held = null;
            report(failure);
            // Another replica may do better.
            log.release(store, holder).subscribe().with(released -> later(renewal()), away -> later(renewal()));
        });
    }

    private void later(Duration pause) {
        if (pause.isZero()) {
            context.runOnContext(ignored -> turn());
        } else {
            context.owner().setTimer(pause.toMillis(), ignored -> context.runOnContext(now -> turn()));
        }
    }

    private Uni<Duration> claim() {
        return log.claim(store, holder).map(claimed -> {
            if (claimed.isEmpty()) {
                return renewal();
            }
            held = claimed.get();
            LOG.infof(
                    "changes.reader=here store=%s token=%s",
                    store, claimed.get().token());
            return Duration.ZERO;
        });
    }

    private Uni<Duration> read(Lease lease) {
        return source.read(Map.copyOf(lease.positions()), batch -> append(lease, batch))
                .map(more -> {
                    report(null);
                    return more ? Duration.ZERO : config.pollInterval();
                });
    }

    private Uni<Void> append(Lease lease, Batch batch) {
        if (stopped || !lease.equals(held)) {
            return Uni.createFrom().failure(new UserEventLog.NotTheReaderException());
        }
        Batch kept = kept(batch);
        return caches.forget(store, kept).chain(() -> log.append(lease, kept)).invoke(() -> {
            if (kept.begins()) {
                LOG.warnf("changes.begin=%s position=%s", store, kept.position());
                lease.positions().clear();
            }
            if (kept.position() == null) {
                lease.positions().remove(kept.partition());
            } else {
                lease.positions().put(kept.partition(), kept.position());
            }
        });
    }

    /** Without the users that can't be kept: those that break Headgate's rules. */
    private static Batch kept(Batch batch) {
        List<UserEvent> events = new ArrayList<>();
        Set<String> unreadable = new HashSet<>(batch.unreadable());
        for (UserEvent event : batch.events()) {
            byte[] bytes = UserCodec.encode(event.user());
            if (event.user().equals(UserCodec.decode(event.user().id(), bytes))) {
                events.add(event);
            } else {
                unreadable.add(event.user().id().key());
            }
        }
        if (!unreadable.isEmpty()) {
            LOG.warnf("changes.unreadable=%d", unreadable.size());
        }
        return new Batch(batch.partition(), batch.position(), batch.begins(), events, unreadable);
    }

    private void renew() {
        Lease lease = held;
        if (lease == null || stopped) {
            return;
        }
        log.keep(lease, holder)
                .subscribe()
                .with(
                        kept -> {
                            if (!kept && lease.equals(held)) {
                                held = null;
                            }
                        },
                        away -> {});
    }

    /** Says when reading stops and when it goes on, and nothing in between. */
    private void report(@Nullable Throwable failure) {
        if (failure != null && !failing) {
            LOG.warnf("changes.reader=failing store=%s reason=%s", store, failure.getMessage());
        } else if (failure == null && failing) {
            LOG.infof("changes.reader=back store=%s", store);
        }
        failing = failure != null;
    }
}
