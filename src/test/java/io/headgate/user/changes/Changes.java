package io.headgate.user.changes;

import io.headgate.GatewayProcess;
import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalCloudResource;
import io.headgate.user.Store;
import io.headgate.user.UserId;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What tests of changes share: a gateway that follows both stores, and what it says. */
final class Changes {

    private Changes() {}

    /** Caches forget nothing by themselves. */
    static Map<String, String> configuration(LocalCloud cloud) {
        Map<String, String> configuration = new HashMap<>(LocalCloudResource.configuration(cloud));
        configuration.put("headgate.changes.stores", "POSTGRES,DYNAMODB");
        configuration.put("headgate.cache.ttl", "1h");
        configuration.put("headgate.cache.negative-ttl", "1h");
        configuration.put("headgate.response-cache.max-age", "1h");
        return configuration;
    }

    /** Where the log ends now, as soon as the gateway knows. */
    static String end(GatewayProcess gateway) {
        while (true) {
            Map<String, Object> response = gateway.endpoint()
                    .response("{ userChangesCursor }", Map.of())
                    .join();
            if (response.get("data") instanceof Map<?, ?> data) {
                return String.valueOf(data.get("userChangesCursor"));
            }
        }
    }

    /** The name of a user, or {@code null}, as a reader is shown it who does not ask to be sure. */
    static @Nullable String name(GatewayProcess gateway, Store store, String key) {
        Object user = gateway.ask(
                        "query($id: ID!) { user(id: $id) { name } }", Map.of("id", new UserId(store, key).global()))
                .join()
                .get("user");
        return user == null ? null : String.valueOf(((Map<?, ?>) user).get("name"));
    }

    /** Returns once a reader is shown a name. */
    static void awaitName(GatewayProcess gateway, Store store, String key, @Nullable String name) {
        while (!Objects.equals(name(gateway, store, key), name)) {
            Thread.onSpinWait();
        }
    }
}
