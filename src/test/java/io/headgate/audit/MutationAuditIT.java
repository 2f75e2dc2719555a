package io.headgate.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.SocketClient;
import io.headgate.json.Json;
import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The record that each mutation leaves on the standard output of the packaged gateway. */
class MutationAuditIT {

    private static final String[] EDITOR = {"X-API-Key", "editor-key"};
    private static final String[] OPERATOR = {"X-API-Key", "operator-key"};

    private static final String CREATE =
            "mutation Create($input: CreateUserInput!) { createUser(input: $input) { id } }";
    private static final String UPDATE = "mutation($input: UpdateUserInput!) { updateUser(input: $input) { version } }";
    private static final String DELETE = "mutation($id: ID!) { deleteUser(id: $id) { name } }";

    /** What stands in no record, whatever it is sent as. */
    private static final String NAME = "Adalbert";

    @SuppressWarnings("NullAway.Init")
    private static AuditedGateway gateway;

    @BeforeAll
    static void start() {
        gateway = AuditedGateway.start(Map.of());
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @AfterEach
    void noRecordHoldsAnAddressOrAName() {
        assertThat(gateway.lines()).isNotEmpty().noneMatch(line -> line.contains("Adalbert") || line.contains("@"));
    }

    private static Map<String, Object> user(String store) {
        return Map.of("store", store, "email", NAME + "-" + UUID.randomUUID() + "@example.com", "name", NAME);
    }

    private static String create(String store) {
        HttpResponse<String> response = gateway.post(CREATE, Map.of("input", user(store)), EDITOR);
        return String.valueOf(((Map<?, ?>) Objects.requireNonNull(data(response).get("createUser"))).get("id"));
    }

    private static Map<?, ?> data(HttpResponse<String> response) {
        Object data = ((Map<?, ?>) Objects.requireNonNull(Json.read(response.body()))).get("data");
        assertThat(data).as(response.body()).isInstanceOf(Map.class);
        return (Map<?, ?>) Objects.requireNonNull(data);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POSTGRES", "DYNAMODB"})
    void eachChangeOfAUserLeavesOne(String store) {
        int before = gateway.lines().size();
        String id = create(store);
        Map<String, Object> created = gateway.await(before);

        List<Map<String, Object>> updated = gateway.recordsOf(() ->
                gateway.post(UPDATE, Map.of("input", Map.of("id", id, "name", NAME + "!")), EDITOR));
        List<Map<String, Object>> deleted = gateway.recordsOf(() -> gateway.post(DELETE, Map.of("id", id), EDITOR));

        assertThat(gateway.lines()).hasSize(before + 3);
        assertThat(created)
                .containsEntry("outcome", "SUCCEEDED")
                .containsEntry("caller", "editor-service")
                .containsEntry("roles", List.of("editor", "reader"))
                .containsEntry("transport", "http")
                .containsEntry("operation", "mutation")
                .containsEntry("operationName", "Create")
                .containsEntry("fields", List.of(Map.of("name", "createUser", "result", id)))
                .doesNotContainKeys("codes", "status");
        assertThat(updated)
                .singleElement()
                .satisfies(only -> assertThat(only)
                        .containsEntry("outcome", "SUCCEEDED")
                        .containsEntry(
                                "fields", List.of(Map.of("name", "updateUser", "ids", List.of(id), "result", id))));
        assertThat(deleted)
                .singleElement()
                .satisfies(only -> assertThat(only)
                        .containsEntry("outcome", "SUCCEEDED")
                        .containsEntry(
                                "fields", List.of(Map.of("name", "deleteUser", "ids", List.of(id), "result", id))));
    }

    @Test
    void whatFailsIsToldByItsCode() {
        String id = create("POSTGRES");
        String address = NAME + "-" + UUID.randomUUID() + "@example.com";
        String both = "mutation($id: ID!, $input: CreateUserInput!) { made: createUser(input: $input) { id }"
                + " gone: deleteUser(id: $id, expectedVersion: 7) { id } never: deleteUser(id: $id) { id } }";
        Map<String, Object> input = Map.of("store", "POSTGRES", "email", address, "name", NAME);

        List<Map<String, Object>> records = gateway.recordsOf(() -> {
            gateway.post(both, Map.of("id", id, "input", input), EDITOR);
            gateway.post(CREATE, Map.of("input", input), EDITOR);
            gateway.post(DELETE, Map.of("id", address), EDITOR);
        });

        assertThat(records)
                .extracting(each -> each.get("outcome") + " " + each.get("codes"))
                .containsExactly("FAILED [CONFLICT]", "FAILED [ALREADY_EXISTS]", "FAILED [INVALID_ARGUMENT]");
        assertThat((List<?>) records.get(0).get("fields"))
                .hasSize(2)
                .satisfies(fields -> assertThat(String.valueOf(fields.get(0))).contains("createUser", "result="))
                .satisfies(fields -> assertThat(fields.get(1))
                        .isEqualTo(Map.of("name", "deleteUser", "ids", List.of(id), "code", "CONFLICT")));
        assertThat(String.valueOf(records.get(2).get("fields"))).contains("sha256:");
    }

    @Test
    void eachTransportLeavesOne() {
        List<Map<String, Object>> records = gateway.recordsOf(() -> {
            gateway.post(
                    CREATE,
                    Map.of("input", user("POSTGRES")),
                    "X-API-Key",
                    "editor-key",
                    "Accept",
                    "text/event-stream");
            try (SocketClient client = gateway.socket("editor-key")) {
                client.subscribe("1", CREATE, Map.of("input", user("POSTGRES")));
                assertThat(client.next()).containsEntry("type", "next");
            }
        });

        assertThat(records)
                .extracting(each -> each.get("transport") + " " + each.get("outcome"))
                .containsExactly("sse SUCCEEDED", "websocket SUCCEEDED");
    }

    @Test
    void whatIsReadLeavesNone() {
        List<Map<String, Object>> records = gateway.recordsOf(() -> {
            gateway.post("{ users(first: 1) { nodes { id } } }", Map.of(), EDITOR);
            gateway.post("{ user(id: \"nobody\") { id } }", Map.of(), EDITOR);
            gateway.send(gateway.request("?extensions=%7B%22persistedQuery%22:%7B%22version%22:1,%22sha256Hash%22:%22"
                            + "0".repeat(64) + "%22%7D%7D")
                    .headers(EDITOR));
            try (SocketClient client = gateway.socket("operator-key")) {
                client.subscribe("1", "{ databases { id } }", Map.of());
                assertThat(client.next()).containsEntry("type", "next");
            }
        });

        assertThat(records).isEmpty();
    }

    @Test
    void recoveryLeavesOneWithItsOperationWhichTheLedgerHasToo() {
        String name = "audited-" + UUID.randomUUID();
        List<Map<String, Object>> records = gateway.recordsOf(() -> gateway.post(
                "mutation($name: String!) { createSnapshot(input: {database: \"rds:mydb\", name: $name}) { id } }",
                Map.of("name", name),
                OPERATOR));

        HttpResponse<String> read = gateway.post(
                "{ operations(first: 100) { nodes { id kind source state requestedBy requestedAt } } }",
                Map.of(),
                OPERATOR);

        assertThat(records)
                .singleElement()
                .satisfies(only -> assertThat(only)
                        .containsEntry("outcome", "SUCCEEDED")
                        .containsEntry("caller", "operator-service"));
        Map<?, ?> field =
                (Map<?, ?>) ((List<?>) Objects.requireNonNull(records.get(0).get("fields"))).get(0);
        assertThat(field.get("ids")).isEqualTo(List.of("rds:mydb"));
        assertThat((List<?>) ((Map<?, ?>) Objects.requireNonNull(data(read).get("operations"))).get("nodes"))
                .filteredOn(node -> Objects.equals(((Map<?, ?>) node).get("id"), field.get("result")))
                .singleElement()
                .satisfies(node -> assertThat(String.valueOf(node))
                        .contains(
                                "kind=CREATE_SNAPSHOT",
                                "source=rds:mydb",
                                "requestedBy=operator-service",
                                "requestedAt=20",
                                "state="));
    }

    @Test
    void aMutationWhoseClientWentAwayLeavesOneThatSaysWhatBecameOfIt() throws SQLException, IOException {
        String id = create("POSTGRES");
        int before = gateway.lines().size();
        byte[] body =
                Json.writeUtf8(Map.of("query", UPDATE, "variables", Map.of("input", Map.of("id", id, "name", "A"))));
        LocalPostgres postgres = LocalCloud.shared().postgres();
        try (Connection holder = DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), postgres.password());
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("LOCK TABLE users IN SHARE MODE");
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
                client.getOutputStream()
                        .write(("POST /graphql HTTP/1.1\r\nHost: localhost\r\nX-API-Key: editor-key\r\n"
                                        + "Content-Type: application/json\r\nContent-Length: " + body.length
                                        + "\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                client.getOutputStream().write(body);
                awaitWaiting(statement);
                client.setSoLinger(true, 0);
            }
            holder.rollback();
        }

        Map<String, Object> only = gateway.await(before);

        assertThat(only)
                .containsEntry("outcome", "SUCCEEDED")
                .containsEntry("fields", List.of(Map.of("name", "updateUser", "ids", List.of(id), "result", id)));
    }

    @Test
    void aMutationThatIsAnsweredTooEarlyLeavesOneThatSaysWhatBecameOfIt() throws SQLException {
        String id = create("POSTGRES");
        LocalPostgres postgres = LocalCloud.shared().postgres();
        try (AuditedGateway hasty = AuditedGateway.start(Map.of("headgate.graphql.request-timeout", "100ms"));
                Connection holder =
                        DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), postgres.password());
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("LOCK TABLE users IN SHARE MODE");

            HttpResponse<String> response = hasty.post(UPDATE, Map.of("input", Map.of("id", id, "name", "A")), EDITOR);
            awaitWaiting(statement);
            holder.rollback();

            assertThat(response.body()).contains("OUTCOME_UNKNOWN");
            assertThat(hasty.await(0)).containsEntry("outcome", "SUCCEEDED").doesNotContainKey("codes");
            assertThat(hasty.lines()).hasSize(1);
        }
    }

    private static void awaitWaiting(Statement statement) throws SQLException {
        long deadline = System.nanoTime() + 30_000_000_000L;
        boolean waits = false;
        while (!waits) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            try (ResultSet count = statement.executeQuery(
                    "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'users'::regclass")) {
                count.next();
                waits = count.getInt(1) > 0;
            }
        }
    }
}
