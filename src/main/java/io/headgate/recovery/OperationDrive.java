package io.headgate.recovery;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.recovery.OperationLedger.Lease;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One operation on its way to its end, as long as this replica holds its lease. Every step goes from one recorded state to
 * the next, so that whoever reads the ledger can take over at any moment: what was recorded as about to be sent is looked
 * for before it is sent again.
 */
final class OperationDrive {

    private static final Logger LOG = Logger.getLogger(OperationDrive.class);
    private static final int MAX_SENDS = 3;
    private static final double GROWTH = 1.5;
    private static final int MAX_GROWTHS = 20;

    private final String id;
    private final RecoveryTarget target;
    private final OperationLedger ledger;
    private final RecoveryConfig config;
    private final Clock clock;

    /** As it was asked for; {@code null} when it was asked of another replica, or an earlier one. */
    private final @Nullable Change asked;

    private volatile Lease lease;
    private volatile long renewedAt;
    private volatile boolean stopped;
    private volatile @Nullable Cancellable run;

    private @Nullable Operation current;
    private boolean isCertainlyUnsent;
    private int pauses;
    private long since = System.nanoTime();

    OperationDrive(
            Lease lease,
            @Nullable Operation operation,
            RecoveryTarget target,
            OperationLedger ledger,
            RecoveryConfig config,
            Clock clock) {
        this.id = lease.operation();
        this.lease = lease;
        this.renewedAt = System.nanoTime();
        this.current = operation;
        this.asked = operation == null ? null : operation.change();
        this.target = target;
        this.ledger = ledger;
        this.config = config;
        this.clock = clock;
    }

    Lease lease() {
        return lease;
    }

    void renewed(Lease renewed) {
        lease = renewed;
        renewedAt = System.nanoTime();
    }

    /** Goes to the operation's end, one step after the other. */
    void start(Runnable atEnd) {
        Cancellable started = Multi.createBy()
                .repeating()
                .uni(this::step)
                .whilst(hasMore -> hasMore)
                .onTermination()
                .invoke(atEnd)
                .subscribe()
                .with(hasMore -> {}, failure -> LOG.errorf(failure, "operation=%s drive=broken", id));
        run = started;
        if (stopped) {
            started.cancel();
        }
    }

    /** Leaves the operation where it is, for another replica. */
    void stop() {
        stopped = true;
        Cancellable running = run;
        if (running != null) {
            running.cancel();
        }
    }

    private Uni<Boolean> step() {
        Operation known = current;
        Uni<@Nullable Operation> operation =
                known == null ? read() : Uni.createFrom().item(known);
        return operation
                .chain(each -> each == null || each.state().isFinal()
                        ? Uni.createFrom().item(false)
                        : transition(each).map(next -> !next.state().isFinal()))
                .onFailure()
                .recoverWithUni(failure -> {
                    LOG.warnf("operation=%s step=failed reason=%s", id, reason(failure));
                    current = null;
                    return pause().replaceWith(true);
                });
    }

    private Uni<@Nullable Operation> read() {
        return ledger.find(Set.of(id)).map(found -> current = found.get(id));
    }

    private Uni<Operation> transition(Operation operation) {
        if (operation.state() == OperationState.RUNNING) {
            return follow(operation);
        }
        if (operation.sends() == 0) {
            return send(operation);
        }
        return isCertainlyUnsent ? begin(operation) : settle(operation);
    }

    private Uni<Operation> send(Operation operation) {
        return record(operation.sending()).chain(this::begin);
    }

    private Uni<Operation> begin(Operation operation) {
        if (System.nanoTime() - renewedAt > config.lease().toNanos() / 2) {
            // Another replica may be about to take over; the request must not arrive behind its look.
            isCertainlyUnsent = true;
            return pause().replaceWith(operation);
        }
        isCertainlyUnsent = false;
        // What was asked for may hold a password, which the ledger does not.
        return target.begin(id, asked == null ? operation.change() : asked)
                .onItemOrFailure()
                .transformToUni((key, failure) -> {
                    if (failure == null) {
                        return record(operation.accepted(key));
                    }
                    if (!(failure instanceof GatewayException refusal) || refusal.code() == ErrorCode.OUTCOME_UNKNOWN) {
                        return record(operation.outcomeUnknown());
                    }
                    if (canBeTriedAgain(refusal)) {
                        isCertainlyUnsent = true;
                        return pause().replaceWith(operation);
                    }
                    return operation.sends() > 1 ? refusedAgain(operation, refusal) : fail(operation, refusal);
                });
    }

    private boolean canBeTriedAgain(GatewayException refusal) {
        return refusal.retryable() && !hasLasted(config.beginLimit());
    }

    /** What was refused now may have been accepted before, when the answer was lost. */
    private Uni<Operation> refusedAgain(Operation operation, GatewayException refusal) {
        return look(operation).chain(progress -> {
            if (progress instanceof Progress.Running running) {
                return record(operation.running(running));
            }
            return progress instanceof Progress.Done done
                    ? record(operation.accepted(done.key()))
                    : fail(operation, refusal);
        });
    }

    /** Looks whether what may have been sent was executed. */
    private Uni<Operation> settle(Operation operation) {
        return look(operation).chain(progress -> {
            if (progress instanceof Progress.Running running) {
                return record(operation.running(running));
            }
            if (progress instanceof Progress.Done done) {
                return record(operation.accepted(done.key()));
            }
            if (progress instanceof Progress.Failed failed) {
                return record(operation.failed(now(), failed));
            }
            if (!hasLasted(config.settle())) {
                return pause().replaceWith(operation);
            }
            if (operation.sends() < MAX_SENDS) {
                return send(operation);
            }
            return fail(
                    operation,
                    GatewayException.of(
                            ErrorCode.UNAVAILABLE,
                            "AWS answered none of " + MAX_SENDS
                                    + " requests and shows nothing of them: try again later"));
        });
    }

    private Uni<Operation> follow(Operation operation) {
        return look(operation).chain(progress -> {
            if (progress instanceof Progress.Running running) {
                since = System.nanoTime();
                return follow(operation, operation.running(running));
            }
            if (progress instanceof Progress.Done done) {
                return finish(operation, done.key());
            }
            if (progress instanceof Progress.Failed failed) {
                return record(operation.failed(now(), failed));
            }
            return hasLasted(config.settle())
                    ? record(operation.failed(now(), noLongerThere(operation.change())))
                    : pause().replaceWith(operation);
        });
    }

    private Uni<Operation> follow(Operation operation, Operation next) {
        boolean isSame = Objects.equals(operation.progressPercent(), next.progressPercent())
                && Objects.equals(operation.key(), next.key())
                && Objects.equals(operation.waitsFor(), next.waitsFor());
        return isSame ? pause().replaceWith(operation) : record(next).call(this::pause);
    }

    private static Progress.Failed noLongerThere(Change change) {
        return new Progress.Failed(
                ErrorCode.FAILED_PRECONDITION,
                isDeletion(change)
                        ? "AWS accepted the deletion, and what was to go is still there: delete it again"
                        : "AWS accepted it, and shows nothing of it any more: somebody changed or deleted it meanwhile",
                null);
    }

    private static boolean isDeletion(Change change) {
        return change instanceof Change.DeleteSnapshot
                || change instanceof FleetChange.DeleteDatabase
                || change instanceof FleetChange.DeleteTable
                || (change instanceof FleetChange.ModifyTable modify
                        && modify.update() instanceof TableUpdate.DeleteIndex);
    }

    private Uni<Operation> finish(Operation operation, @Nullable String key) {
        if (operation.change() instanceof FleetChange fleet) {
            return target.complete(fleet).onItemOrFailure().transformToUni((complete, failure) -> {
                if (failure == null) {
                    return record(operation.succeeded(now(), key, List.of()));
                }
                if (!(failure instanceof GatewayException refusal)) {
                    return Uni.createFrom().failure(failure);
                }
                return refusal.retryable() && !hasLasted(config.completeLimit())
                        ? follow(operation, operation.running(new Progress.Running(null, key, refusal.getMessage())))
                        : fail(operation, refusal);
            });
        }
        if (!(operation.change() instanceof Change.Restore restore)
                || (!restore.reapply() && restore.tags().isEmpty())) {
            return record(operation.succeeded(now(), key, List.of()));
        }
        return target.reapply(restore).onItemOrFailure().transformToUni((settings, failure) -> {
            if (failure == null) {
                return record(operation.succeeded(now(), key, settings));
            }
            if (failure instanceof GatewayException refusal && canBeTriedAgain(refusal)) {
                return pause().replaceWith(operation);
            }
            // The data is restored, whatever became of the settings.
            List<Reapplied> report = List.of(new Reapplied("settings", false, reason(failure)));
            return record(operation.succeeded(now(), key, report));
        });
    }

    private Uni<Progress> look(Operation operation) {
        return target.look(id, operation.change(), operation.key());
    }

    private Uni<Operation> fail(Operation operation, GatewayException refusal) {
        return record(operation.failed(now(), Progress.Failed.of(refusal)));
    }

    private Uni<Operation> record(Operation next) {
        return ledger.record(next, lease.holder()).invoke(recorded -> {
            if (current == null || current.state() != recorded.state() || recorded.sends() != current.sends()) {
                pauses = 0;
                since = System.nanoTime();
                LOG.infof("operation=%s kind=%s state=%s", id, recorded.change().operationKind(), recorded.state());
            }
            current = recorded;
        });
    }

    /** To the microsecond, as other times are. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    /** Whether the operation has been in its state for so long, as far as this replica saw. */
    private boolean hasLasted(Duration time) {
        return System.nanoTime() - since > time.toNanos();
    }

    /** Each pause is longer than the one before, and none as long as that of another replica. */
    private Uni<Void> pause() {
        double grown = config.minPoll().toNanos() * Math.pow(GROWTH, Math.min(pauses++, MAX_GROWTHS));
        long most = Math.min((long) grown, config.maxPoll().toNanos());
        Duration pause = Duration.ofNanos(ThreadLocalRandom.current().nextLong(most / 2, most + 1));
        return Uni.createFrom().voidItem().onItem().delayIt().by(pause);
    }

    private static String reason(Throwable failure) {
        return failure instanceof GatewayException known
                ? known.getMessage()
                : failure.getClass().getSimpleName();
    }
}
