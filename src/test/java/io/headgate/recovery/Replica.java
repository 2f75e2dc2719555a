package io.headgate.recovery;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.mutiny.Uni;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One replica of the gateway, as far as recovery goes, which keeps its leases until closed. */
final class Replica implements AutoCloseable {

    static final long IMMORTAL = Long.MAX_VALUE;

    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final RecoveryService service;
    private final OperationRunner runner;

    private Replica(ModelCloud cloud, OperationLedger ledger, long calls, Map<String, String> properties) {
        ModelCloud.Life life = new ModelCloud.Life(calls);
        OperationLedger mortal = ModelCloud.mortal(ledger, life);
        RecoveryConfig config = config(properties);
        Map<DatabaseKind, RecoveryTarget> targets =
                config.kinds().stream().collect(Collectors.toMap(Function.identity(), kind -> cloud.target(life)));
        this.runner = new OperationRunner(targets, mortal, config, Clock.systemUTC());
        this.service = new RecoveryService(targets, mortal, runner, config, Clock.systemUTC());
        runner.start();
    }

    /** A replica that dies after a number of calls to AWS and to the ledger. */
    static Replica start(ModelCloud cloud, OperationLedger ledger, long calls) {
        return new Replica(cloud, ledger, calls, Map.of());
    }

    static Replica start(ModelCloud cloud, OperationLedger ledger, Map<String, String> properties) {
        return new Replica(cloud, ledger, IMMORTAL, properties);
    }

    /** Defaults as in production, but for times, which are as short as tests want them. */
    private static RecoveryConfig config(Map<String, String> properties) {
        Map<String, String> all = new HashMap<>(Map.of(
                "headgate.recovery.kinds", "RDS_INSTANCE",
                "headgate.recovery.lease", "400ms",
                "headgate.recovery.min-poll", "5ms",
                "headgate.recovery.max-poll", "20ms",
                "headgate.recovery.settle", "150ms",
                "headgate.recovery.begin-limit", "2s",
                "headgate.recovery.follow-interval", "10ms"));
        properties.forEach((key, value) -> all.put("headgate.recovery." + key, value));
        return new SmallRyeConfigBuilder()
                .withMapping(RecoveryConfig.class)
                .withConverter(Duration.class, 200, new DurationConverter())
                .withSources(new PropertiesConfigSource(all, "test", 100))
                .build()
                .getConfigMapping(RecoveryConfig.class);
    }

    RecoveryService service() {
        return service;
    }

    Operation ask(Change change) {
        return ask(change, null);
    }

    Operation ask(Change change, @Nullable String idempotencyKey) {
        return start(change, idempotencyKey).await().atMost(LONGEST);
    }

    Uni<Operation> start(Change change, @Nullable String idempotencyKey) {
        return service.start(change, "ada", idempotencyKey, null);
    }

    /** The operation at its end. */
    Operation end(String id) {
        return service.follow(id).collect().last().await().atMost(LONGEST);
    }

    Operation now(String id) {
        Operation operation =
                service.findOperations(Set.of(id)).await().atMost(LONGEST).get(id);
        if (operation == null) {
            throw new AssertionError("there is no " + id);
        }
        return operation;
    }

    OperationRunner runner() {
        return runner;
    }

    @Override
    public void close() {
        runner.stop().subscribe().with(stopped -> {}, failure -> {});
    }
}
