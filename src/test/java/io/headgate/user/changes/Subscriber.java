package io.headgate.user.changes;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.GatewayProcess;
import io.headgate.SocketClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A subscriber of {@code userChanged}. */
final class Subscriber implements AutoCloseable {

    private static final String FOLLOW =
            "subscription($id: ID, $store: Store, $status: [UserStatus!], $after: Cursor) {"
                    + " userChanged(id: $id, store: $store, status: $status, after: $after)"
                    + " { cursor kind changedAt user { id userId store email name status attributes version } } }";

    private final SocketClient socket;

    private Subscriber(SocketClient socket) {
        this.socket = socket;
    }

    /** Subscribes behind a cursor, so that nothing depends on when the gateway begins. */
    static Subscriber of(GatewayProcess gateway, String after, Map<String, ?> arguments) {
        Map<String, Object> variables = new HashMap<>(arguments);
        variables.put("after", after);
        Subscriber subscriber = new Subscriber(SocketClient.open(gateway.port()));
        subscriber.socket.subscribe("1", FOLLOW, variables);
        return subscriber;
    }

    /** The next change. */
    Event next() {
        return event(socket.next());
    }

    /** The next changes, told in a word each. */
    List<String> next(int count) {
        List<String> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            events.add(next().toString());
        }
        return events;
    }

    /** The next change, or {@code null} when the subscription ends, because the gateway did or could not reach the log. */
    @Nullable
    Event nextOrEnd() {
        Map<String, Object> message = socket.nextOrEnd();
        if (message == null || "complete".equals(message.get("type"))) {
            return null;
        }
        if ("error".equals(message.get("type"))) {
            assertThat(code(message)).isEqualTo("UNAVAILABLE");
            return null;
        }
        return event(message);
    }

    /** The code of the error that ends the subscription, after any changes. */
    String errorCode() {
        Map<String, Object> message = socket.next();
        while ("next".equals(message.get("type"))) {
            message = socket.next();
        }
        return code(message);
    }

    private static String code(Map<String, Object> message) {
        assertThat(message).containsEntry("type", "error");
        Map<?, ?> error = (Map<?, ?>) ((List<?>) Objects.requireNonNull(message.get("payload"))).get(0);
        return String.valueOf(((Map<?, ?>) Objects.requireNonNull(error.get("extensions"))).get("code"));
    }

    private static Event event(Map<String, Object> message) {
        assertThat(message).containsEntry("type", "next");
        Map<?, ?> payload = (Map<?, ?>) Objects.requireNonNull(message.get("payload"));
        assertThat(payload.get("errors")).isNull();
        Map<?, ?> changed = (Map<?, ?>)
                Objects.requireNonNull(((Map<?, ?>) Objects.requireNonNull(payload.get("data"))).get("userChanged"));
        return new Event(String.valueOf(changed.get("cursor")), String.valueOf(changed.get("kind")), (Map<?, ?>)
                Objects.requireNonNull(changed.get("user")));
    }

    @Override
    public void close() {
        socket.close();
    }

    /** A change as it was told. */
    record Event(String cursor, String kind, Map<?, ?> user) {

        String key() {
            return String.valueOf(user.get("userId"));
        }

        int version() {
            return (Integer) Objects.requireNonNull(user.get("version"));
        }

        @Override
        public String toString() {
            return kind + " " + key() + " " + version();
        }
    }
}
