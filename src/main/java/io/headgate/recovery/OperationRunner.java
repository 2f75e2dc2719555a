package io.headgate.recovery;

import io.headgate.recovery.OperationLedger.Lease;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Drives operations to their ends: those that this replica was asked for, and those of replicas that show no sign of life.
 * Until {@linkplain #start started} it drives what it is given and keeps no lease.
 */
public final class OperationRunner {

    private static final Logger LOG = Logger.getLogger(OperationRunner.class);

    /** How often a lease is renewed within its time, so that one lost request costs nothing. */
    private static final int RENEWALS = 4;

    private final String replica = UUID.randomUUID().toString();
    private final Map<DatabaseKind, RecoveryTarget> targets;
    private final OperationLedger ledger;
    private final RecoveryConfig config;
    private final Clock clock;
    private final Map<String, OperationDrive> driven = new ConcurrentHashMap<>();
    private final Map<String, Sighting> sightings = new ConcurrentHashMap<>();

    private volatile @Nullable Cancellable watch;
    private volatile boolean stopped;
    private volatile boolean isLedgerAway;

    private record Sighting(Lease lease, long nanoTime) {}

    public OperationRunner(
            Map<DatabaseKind, RecoveryTarget> targets, OperationLedger ledger, RecoveryConfig config, Clock clock) {
        this.targets = Map.copyOf(targets);
        this.ledger = ledger;
        this.config = config;
        this.clock = clock;
    }

    /** Begins to keep leases and to look for operations that nobody drives, where there is anything to recover. */
    public void start() {
        if (targets.isEmpty()) {
            return;
        }
        watch = Multi.createBy()
                .repeating()
                .uni(() -> keep().call(() -> pause(config.lease().dividedBy(RENEWALS))))
                .indefinitely()
                .subscribe()
                .with(ignored -> {}, failure -> LOG.errorf(failure, "recovery.watch=broken"));
    }

    /** Stops driving and gives all leases back. */
    public Uni<Void> stop() {
        stopped = true;
        Cancellable watching = watch;
        if (watching != null) {
            watching.cancel();
        }
        List<Lease> held = driven.values().stream().map(OperationDrive::lease).toList();
        List.copyOf(driven.keySet()).forEach(this::abandon);
        return all(held.stream().map(ledger::release));
    }

    /** Who is to hold the lease of a new operation: this replica, or nobody when it drives as many as it may. */
    String holder() {
        return stopped || driven.size() >= config.maxDriven() ? "" : replica;
    }

    /** Drives an operation that was added with {@link #holder()}. */
    void drive(Operation operation) {
        drive(new Lease(operation.id(), replica, 0), operation.change().kind(), operation);
    }

    private void drive(Lease lease, DatabaseKind kind, @Nullable Operation operation) {
        RecoveryTarget target = targets.get(kind);
        if (stopped || target == null) {
            return;
        }
        OperationDrive drive = new OperationDrive(lease, operation, target, ledger, config, clock);
        if (driven.putIfAbsent(lease.operation(), drive) == null) {
            drive.start(() -> driven.remove(lease.operation(), drive));
        }
    }

    private void abandon(String operation) {
        OperationDrive lost = driven.remove(operation);
        if (lost != null) {
            lost.stop();
        }
    }

    private Uni<Void> keep() {
        return all(driven.values().stream().map(this::renew))
                .chain(ledger::leases)
                .chain(leases -> {
                    sightings
                            .keySet()
                            .retainAll(leases.stream().map(Lease::operation).collect(Collectors.toSet()));
                    return takeOver(leases.stream()
                            .filter(lease -> !driven.containsKey(lease.operation()))
                            .filter(this::isUnattended)
                            .toList());
                })
                .onItemOrFailure()
                .invoke((kept, failure) -> report(failure))
                .onFailure()
                .recoverWithNull()
                .replaceWithVoid();
    }

    /** Says when the ledger goes and when it comes back, and nothing in between. */
    private void report(@Nullable Throwable failure) {
        if (failure != null && !isLedgerAway) {
            LOG.warnf("recovery.ledger=away reason=%s", failure.getMessage());
        } else if (failure == null && isLedgerAway) {
            LOG.info("recovery.ledger=back");
        }
        isLedgerAway = failure != null;
    }

    private Uni<Void> renew(OperationDrive drive) {
        return ledger.hold(drive.lease(), replica)
                .invoke(lease -> {
                    if (lease == null) {
                        abandon(drive.lease().operation());
                    } else {
                        drive.renewed(lease);
                    }
                })
                .onFailure()
                .recoverWithNull()
                .replaceWithVoid();
    }

    /** Whether nobody holds the lease, or its holder has not been heard of for the lease's length. */
    private boolean isUnattended(Lease lease) {
        long now = System.nanoTime();
        Sighting first = sightings.compute(
                lease.operation(),
                (id, seen) -> seen == null || !seen.lease.equals(lease) ? new Sighting(lease, now) : seen);
        return lease.holder().isEmpty()
                || lease.holder().equals(replica)
                || now - first.nanoTime > config.lease().toNanos();
    }

    /** Takes over as many as this replica may drive; those of kinds that it does not recover are left to others. */
    private Uni<Void> takeOver(List<Lease> unattended) {
        if (unattended.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return ledger.find(unattended.stream().map(Lease::operation).collect(Collectors.toSet()))
                .chain(found -> all(unattended.stream()
                        .flatMap(lease -> Optional.ofNullable(found.get(lease.operation()))
                                .map(operation -> operation.change().kind())
                                .filter(targets::containsKey)
                                .map(kind -> takeOver(lease, kind))
                                .stream())
                        .limit(Math.max(0, config.maxDriven() - driven.size()))));
    }

    private Uni<Void> takeOver(Lease unattended, DatabaseKind kind) {
        return ledger.hold(unattended, replica)
                .invoke(lease -> {
                    if (lease != null) {
                        LOG.infof("operation=%s takeover=done", lease.operation());
                        // What was found before the lease was held may be older than the last holder's last step.
                        drive(lease, kind, null);
                    }
                })
                .onFailure()
                .recoverWithNull()
                .replaceWithVoid();
    }

    private static Uni<Void> all(Stream<Uni<Void>> parts) {
        List<Uni<Void>> list = parts.toList();
        return list.isEmpty()
                ? Uni.createFrom().voidItem()
                : Uni.join().all(list).andCollectFailures().replaceWithVoid();
    }

    private static Uni<Void> pause(Duration about) {
        long most = Math.max(2, about.toNanos());
        return Uni.createFrom()
                .voidItem()
                .onItem()
                .delayIt()
                .by(Duration.ofNanos(
                        Math.max(1_000_000, ThreadLocalRandom.current().nextLong(most / 2, most))));
    }
}
