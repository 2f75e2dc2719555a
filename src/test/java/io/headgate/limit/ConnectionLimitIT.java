package io.headgate.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.GatewayProcess;
import io.headgate.SocketClient;
import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalCloudResource;
import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How many connections and operations a packaged gateway has, at each bound and one past it. */
class ConnectionLimitIT {

    private static final int ALL = 12;
    private static final int OF_ONE = 8;
    private static final int UNINITIALISED = 5;
    private static final int OPERATIONS_OF_ONE = 6;
    private static final int OPERATIONS_ON_ONE = 4;

    private static final String SNAPSHOT = "mutation($name: String!) {"
            + " createSnapshot(input: {database: \"rds:mydb\", name: $name, idempotencyKey: $name}) { id } }";
    private static final String FOLLOW = "subscription($id: ID!) { operationProgress(id: $id) { state } }";

    private final List<SocketClient> open = new ArrayList<>();
    private GatewayProcess gateway;

    @BeforeEach
    void start() {
        Map<String, String> configuration = new HashMap<>(LocalCloudResource.configuration(LocalCloud.shared()));
        configuration.put("headgate.limits.connections", String.valueOf(ALL));
        configuration.put("headgate.limits.connections-per-client", String.valueOf(OF_ONE));
        configuration.put("headgate.limits.uninitialised-connections-per-address", String.valueOf(UNINITIALISED));
        configuration.put("headgate.limits.operations-per-client", String.valueOf(OPERATIONS_OF_ONE));
        configuration.put("headgate.limits.operations-per-connection", String.valueOf(OPERATIONS_ON_ONE));
        // An operation that goes on for as long as a test.
        configuration.put("headgate.recovery.min-poll", "10m");
        configuration.put("headgate.recovery.max-poll", "10m");
        gateway = GatewayProcess.start(configuration);
    }

    @AfterEach
    void close() {
        open.forEach(SocketClient::close);
        gateway.close();
    }

    @Test
    void tooManyFromOneAddressThatDoNotSayWhoTheyAreAreNotOpened() {
        List<SocketClient> clients =
                IntStream.range(0, UNINITIALISED).mapToObj(each -> connected()).toList();

        assertRefused(this::connected, 429);

        initialise(clients.get(0));
        initialise(connected());
    }

    @Test
    void tooManyOfOneClientAreClosedUntilAnotherIsClosed() {
        List<SocketClient> clients = IntStream.range(0, OF_ONE)
                .mapToObj(each -> initialise(connected()))
                .toList();
        SocketClient tooMany = connected();

        tooMany.send("{\"type\": \"connection_init\"}");

        assertThat(tooMany.closeCode()).isEqualTo(4429);
        HttpResponse<String> stream = gateway.endpoint().send("{ __typename }", "Accept", "text/event-stream");
        assertThat(stream.statusCode()).isEqualTo(429);
        assertThat(stream.headers().firstValue("Retry-After")).isPresent();
        assertThat(stream.body()).contains("RESOURCE_EXHAUSTED", "connections-per-client");
        clients.get(0).close();
        while (gateway.endpoint()
                        .send("{ __typename }", "Accept", "text/event-stream")
                        .statusCode()
                == 429) {
            Thread.onSpinWait();
        }
        initialise(connected());
    }

    @Test
    void tooManyOfAllClientsAreNotOpenedAndRequestsAreAnswered() {
        IntStream.range(0, OF_ONE).forEach(each -> initialise(connected()));
        IntStream.range(OF_ONE, ALL).forEach(each -> connected());

        HttpResponse<String> stream = gateway.endpoint().send("{ __typename }", "Accept", "text/event-stream");

        assertThat(stream.statusCode()).isEqualTo(503);
        assertThat(stream.body()).contains("UNAVAILABLE", "headgate.limits.connections");
        assertRefused(this::connected, 503);
        assertThat(gateway.endpoint().send("{ __typename }").statusCode()).isEqualTo(200);
    }

    @Test
    void tooManyOperationsAreErrorsUntilOneIsComplete() {
        Map<String, Object> made = gateway.ask(SNAPSHOT, Map.of("name", "limit-" + UUID.randomUUID()))
                .join();
        Object id = Objects.requireNonNull(((Map<?, ?>) Objects.requireNonNull(made.get("createSnapshot"))).get("id"));
        SocketClient first = initialise(connected());
        SocketClient second = initialise(connected());

        List<Object> onFirst = types(first, OPERATIONS_ON_ONE + 1, id);
        List<Object> onSecond = types(second, OPERATIONS_OF_ONE - OPERATIONS_ON_ONE + 1, id);
        first.send("{\"type\": \"complete\", \"id\": \"0\"}");
        List<Object> again = types(first, 1, id);

        assertThat(onFirst.subList(0, OPERATIONS_ON_ONE)).containsOnly("next");
        assertThat(onFirst.get(OPERATIONS_ON_ONE)).isEqualTo("error");
        assertThat(onSecond).containsExactly("next", "next", "error");
        assertThat(again).containsExactly("next");
    }

    /** The type of the first message for each of so many subscriptions. */
    private static List<Object> types(SocketClient client, int count, Object id) {
        return IntStream.range(0, count)
                .mapToObj(each -> {
                    client.subscribe(String.valueOf(each), FOLLOW, Map.of("id", id));
                    return Objects.requireNonNull(client.next().get("type"));
                })
                .toList();
    }

    private SocketClient connected() {
        SocketClient client = SocketClient.connect(gateway.port());
        open.add(client);
        return client;
    }

    private static SocketClient initialise(SocketClient client) {
        client.send("{\"type\": \"connection_init\"}");
        assertThat(client.next()).containsEntry("type", "connection_ack");
        return client;
    }

    private static void assertRefused(ThrowingCallable handshake, int status) {
        assertThatThrownBy(handshake)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(WebSocketHandshakeException.class, refused -> {
                    assertThat(refused.getResponse().statusCode()).isEqualTo(status);
                    assertThat(refused.getResponse().headers().firstValue("Retry-After"))
                            .isPresent();
                });
    }
}
