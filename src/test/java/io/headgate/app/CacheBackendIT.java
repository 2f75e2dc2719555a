package io.headgate.app;

import static io.headgate.Conditions.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.GatewayProcess;
import io.headgate.localcloud.LocalCloudResource;
import io.headgate.localcloud.LocalMemcached;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** What keeps the packaged gateway's cache of users. */
class CacheBackendIT {

    @TempDir
    private Path directory;

    @Test
    @EnabledIf(
            value = "io.headgate.localcloud.LocalMemcached#isInstalled",
            disabledReason = "there is no memcached on the PATH (Debian: apt-get install memcached)")
    void memcached() {
        try (LocalMemcached memcached = LocalMemcached.in(directory.resolve("memcached"));
                GatewayProcess gateway = start(Map.of(
                        "headgate.cache.backend",
                        "memcached",
                        "headgate.memcached.hosts",
                        "127.0.0.1:" + memcached.port()))) {
            until(() -> readiness(gateway).contains("\"cacheinMemcached\"")
                    && !readiness(gateway).contains("\"degraded\":true"));
            String id = created(gateway);
            until(() -> {
                assertThat(name(gateway, id)).isEqualTo("Ada");
                return hits(gateway) > 0;
            });

            rename(gateway, id, "Ada Lovelace");

            assertThat(name(gateway, id)).isEqualTo("Ada Lovelace");
            memcached.stop();
            rename(gateway, id, "Countess of Lovelace");
            assertThat(name(gateway, id)).isEqualTo("Countess of Lovelace");
            until(() -> readiness(gateway).contains("\"degraded\":true"));
            memcached.start();
            until(() -> readiness(gateway).contains("\"degraded\":false"));
            assertThat(name(gateway, id)).isEqualTo("Countess of Lovelace");
        }
    }

    @Test
    void none() {
        try (GatewayProcess gateway = start(Map.of("headgate.cache.backend", "none"))) {
            String id = created(gateway);
            name(gateway, id);

            String found = name(gateway, id);

            assertThat(found).isEqualTo("Ada");
            assertThat(readiness(gateway)).contains("\"nocache\"");
            assertThat(gateway.metrics()).doesNotContain("headgate_cache_");
        }
    }

    @Test
    void memcachedOfWhichNobodySaysWhereItIs() {
        try (GatewayProcess gateway =
                GatewayProcess.launch(configuration(Map.of("headgate.cache.backend", "memcached")), Map.of())) {
            assertThat(gateway.exitCode()).isNotZero();
            assertThat(gateway.log())
                    .anySatisfy(line -> assertThat(line).contains("headgate.memcached.configuration-endpoint"));
        }
    }

    private static GatewayProcess start(Map<String, String> settings) {
        return GatewayProcess.start(configuration(settings));
    }

    private static Map<String, String> configuration(Map<String, String> settings) {
        Map<String, String> configuration = new HashMap<>(new LocalCloudResource().start());
        configuration.put("headgate.response-cache.enabled", "false");
        configuration.putAll(settings);
        return configuration;
    }

    private static String created(GatewayProcess gateway) {
        Map<String, Object> input =
                Map.of("store", "POSTGRES", "email", UUID.randomUUID() + "@example.com", "name", "Ada");
        return value(
                gateway,
                "mutation($input: CreateUserInput!) { user: createUser(input: $input) { value: id } }",
                Map.of("input", input));
    }

    private static void rename(GatewayProcess gateway, String id, String name) {
        value(
                gateway,
                "mutation($input: UpdateUserInput!) { user: updateUser(input: $input) { value: name } }",
                Map.of("input", Map.of("id", id, "name", name)));
    }

    private static String name(GatewayProcess gateway, String id) {
        return value(gateway, "query($id: ID!) { user(id: $id) { value: name } }", Map.of("id", id));
    }

    private static String value(GatewayProcess gateway, String query, Map<String, Object> variables) {
        Map<?, ?> user = (Map<?, ?>)
                Objects.requireNonNull(gateway.ask(query, variables).join().get("user"));
        return String.valueOf(user.get("value"));
    }

    /** Without blanks. */
    private static String readiness(GatewayProcess gateway) {
        return gateway.management("/q/health/ready").body().replaceAll("\\s", "");
    }

    private static double hits(GatewayProcess gateway) {
        return gateway.metrics()
                .lines()
                .filter(line -> line.startsWith("headgate_cache_hits_total"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }
}
