package io.headgate.recovery.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.GatewayProcess;
import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalCloudResource;
import io.headgate.recovery.crash.AwsProxy.Fate;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The packaged gateway, killed with many operations at the same state, and another one that brings them to their ends. */
abstract class KilledGateway {

    /** When the gateway is killed: what has become of each request, as far as it knows. */
    enum Moment {
        NOT_YET_EXECUTED,
        EXECUTED_UNANSWERED,
        OUTCOME_UNKNOWN,
        RUNNING
    }

    private static final Duration LONGEST = Duration.ofMinutes(2);
    private static final Set<String> ENDS = Set.of("SUCCEEDED", "FAILED");

    final LocalCloud cloud = LocalCloud.shared();
    final String suffix = UUID.randomUUID().toString().substring(0, 8);

    String name(String part) {
        return part + "-" + suffix;
    }

    /**
     * How a gateway is configured that asks AWS through proxies.
     *
     * @param ledger what the ledger's table is called, before its suffix
     * @param proxies each by the property that leads to it
     */
    Map<String, String> configuration(String ledger, Map<String, AwsProxy> proxies) {
        Map<String, String> configuration = new HashMap<>(new LocalCloudResource().start());
        proxies.forEach((property, proxy) ->
                configuration.put(property, proxy.endpoint().toString()));
        configuration.put("headgate.ledger.table", name(ledger));
        configuration.put("headgate.recovery.lease", "2s");
        configuration.put("headgate.recovery.settle", "3s");
        configuration.put("headgate.recovery.min-poll", "50ms");
        configuration.put("headgate.recovery.max-poll", "1s");
        return configuration;
    }

    /**
     * Asks a gateway for changes, and kills it when all of them have come to a moment.
     *
     * @param held how many of the changes go through each proxy
     * @param changes inputs by mutations, each with a space and anything behind it
     * @return the operations' ids by the same names
     */
    Map<String, String> kill(
            Map<String, String> configuration,
            Moment moment,
            Map<AwsProxy, Integer> held,
            Map<String, Map<String, Object>> changes) {
        Map<String, String> operations = new LinkedHashMap<>();
        Set<AwsProxy> proxies = held.keySet();
        try (GatewayProcess killed = GatewayProcess.start(configuration)) {
            proxies.forEach(proxy -> proxy.hold(
                    moment == Moment.NOT_YET_EXECUTED ? Fate.HELD_BEFORE_EXECUTION : Fate.HELD_BEFORE_THE_ANSWER));
            changes.forEach((name, input) -> operations.put(name, ask(killed, name, input)));
            held.forEach(AwsProxy::awaitHeld);
            if (moment == Moment.OUTCOME_UNKNOWN || moment == Moment.RUNNING) {
                proxies.forEach(proxy -> {
                    proxy.blind(true);
                    proxy.release(moment == Moment.OUTCOME_UNKNOWN);
                });
                await(() -> operations.values().stream().allMatch(id -> isAt(killed, id, Set.of(moment.name()))));
            }
            killed.kill();
        }
        proxies.forEach(proxy -> {
            proxy.release(true);
            proxy.blind(false);
        });
        return operations;
    }

    /** How operations end that another gateway left, by the names of their ids. */
    static Map<String, Map<String, @Nullable Object>> ends(
            Map<String, String> configuration, Map<String, String> operations) {
        Map<String, Map<String, @Nullable Object>> ends = new LinkedHashMap<>();
        try (GatewayProcess heir = GatewayProcess.start(configuration)) {
            await(() -> operations.values().stream().allMatch(id -> isAt(heir, id, ENDS)));
            operations.forEach((name, id) -> ends.put(name, operation(heir, id)));
        }
        return ends;
    }

    private static String ask(GatewayProcess gateway, String name, Map<String, Object> input) {
        String mutation = name.substring(0, name.indexOf(' '));
        if (mutation.equals("deleteSnapshot")) {
            return id(gateway.ask("mutation($id: ID!) { o: deleteSnapshot(id: $id) { id } }", input)
                    .join());
        }
        String type = mutation.equals("setBackupPolicy")
                ? "BackupPolicyInput!"
                : Character.toUpperCase(mutation.charAt(0)) + mutation.substring(1) + "Input!";
        return id(gateway.ask(
                        "mutation($input: " + type + ") { o: " + mutation + "(input: $input) { id } }",
                        Map.of("input", input))
                .join());
    }

    static String id(Map<String, Object> data) {
        return String.valueOf(only(data).get("id"));
    }

    static boolean isAt(GatewayProcess gateway, String id, Set<String> states) {
        return states.contains(String.valueOf(operation(gateway, id).get("state")));
    }

    private static Map<String, @Nullable Object> operation(GatewayProcess gateway, String id) {
        return only(gateway.ask(
                        "query($id: ID!) { o: operation(id: $id) { id kind state waitsFor"
                                + " error { code message awsErrorCode } } }",
                        Map.of("id", id))
                .join());
    }

    @SuppressWarnings("unchecked")
    private static Map<String, @Nullable Object> only(Map<String, Object> data) {
        return (Map<String, @Nullable Object>) Objects.requireNonNull(data.get("o"));
    }

    static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
        }
    }
}
