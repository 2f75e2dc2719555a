package io.headgate.user.graphql;

import static io.headgate.GraphQlClient.ask;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.GraphQlClient.Answer;
import io.headgate.json.Json;
import io.headgate.localcloud.LocalCloudResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.math.BigDecimal;
import java.net.URL;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Users over GraphQL, from the request to the real stores. */
@QuarkusTest
@WithTestResource(LocalCloudResource.class)
class UserGraphQlTest {

    private static final String USER =
            "{ id userId store email name phone status attributes createdAt updatedAt version }";
    private static final String CREATE =
            "mutation($input: CreateUserInput!) { createUser(input: $input) " + USER + " }";
    private static final String UPDATE =
            "mutation($input: UpdateUserInput!) { updateUser(input: $input) " + USER + " }";
    private static final String DELETE =
            "mutation($id: ID!, $version: Int) { deleteUser(id: $id, expectedVersion: $version) " + USER + " }";
    private static final String READ = "query($id: ID!) { user(id: $id) " + USER + " }";

    @TestHTTPResource(value = "/", management = true)
    private URL management;

    enum EachStore {
        POSTGRES,
        DYNAMODB
    }

    @ParameterizedTest
    @EnumSource
    void createdUserIsReadInEveryWay(EachStore store) {
        Map<String, Object> input = input(store);
        input.put("userId", "ada-" + UUID.randomUUID());
        input.put("phone", "+44 20 7946 0000");
        input.put("status", "INVITED");
        input.put("attributes", Map.of("plan", "pro", "seats", 3));

        Answer created = ask(CREATE, Map.of("input", input));

        assertThat(created.messages()).isEmpty();
        Object user = created.data("createUser");
        String id = created.text("createUser", "id");
        assertThat(created.data("createUser", "userId")).isEqualTo(input.get("userId"));
        assertThat(created.data("createUser", "store")).isEqualTo(store.name());
        assertThat(created.data("createUser", "phone")).isEqualTo("+44 20 7946 0000");
        assertThat(created.data("createUser", "status")).isEqualTo("INVITED");
        assertThat(created.data("createUser", "attributes")).isEqualTo(Map.of("plan", "pro", "seats", 3));
        assertThat(created.data("createUser", "version")).isEqualTo(1);
        assertThat(created.text("createUser", "createdAt"))
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,6})?Z");
        assertThat(created.data("createUser", "updatedAt")).isEqualTo(created.data("createUser", "createdAt"));
        Answer read = ask(
                "query($id: ID!, $email: String!, $store: Store) {"
                        + " user(id: $id) " + USER
                        + " strong: user(id: $id, consistency: STRONG) " + USER
                        + " node(id: $id) { id ... on User " + USER + " }"
                        + " nodes(ids: [$id]) { ... on User " + USER + " }"
                        + " userByEmail(email: $email) " + USER
                        + " inStore: userByEmail(email: $email, store: $store) " + USER
                        + " users(store: $store, filter: {email: {eq: $email}}) { nodes " + USER + " totalCount } }",
                Map.of("id", id, "email", input.get("email"), "store", store));
        assertThat(read.messages()).isEmpty();
        for (String field : List.of("user", "strong", "node", "userByEmail", "inStore")) {
            assertThat(read.data(field)).as(field).isEqualTo(user);
        }
        assertThat(read.data("nodes", 0)).isEqualTo(user);
        assertThat(read.data("users", "nodes", 0)).isEqualTo(user);
        assertThat(read.data("users", "totalCount")).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNotThereIsNull(EachStore store) {
        String id = create(store).text("createUser", "id");
        ask(DELETE, Map.of("id", id));

        Answer read = ask(
                "query($id: ID!) { user(id: $id) { id } node(id: $id) { id } nodes(ids: [$id, $id]) { id }"
                        + " userByEmail(email: \"nobody@example.com\") { id } }",
                Map.of("id", id));

        assertThat(read.messages()).isEmpty();
        assertThat(read.data("user")).isNull();
        assertThat(read.data("node")).isNull();
        assertThat(read.list("nodes")).containsExactly(null, null);
        assertThat(read.data("userByEmail")).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void updateSetsWhatIsGivenAndIsReadAtOnce(EachStore store) {
        Answer created = create(store);
        String id = created.text("createUser", "id");
        ask(READ, Map.of("id", id));
        Map<String, @Nullable Object> input = new HashMap<>();
        input.put("id", id);
        input.put("expectedVersion", 1);
        input.put("name", "Grace Hopper");
        input.put("phone", null);

        Answer updated = ask(UPDATE, Map.of("input", input));

        assertThat(updated.messages()).isEmpty();
        assertThat(updated.data("updateUser", "name")).isEqualTo("Grace Hopper");
        assertThat(updated.data("updateUser", "phone")).isNull();
        assertThat(updated.data("updateUser", "version")).isEqualTo(2);
        assertThat(updated.data("updateUser", "email")).isEqualTo(created.data("createUser", "email"));
        assertThat(ask(READ, Map.of("id", id)).data("user")).isEqualTo(updated.data("updateUser"));
    }

    @ParameterizedTest
    @EnumSource
    void anotherVersionIsAConflict(EachStore store) {
        Answer created = create(store);
        String id = created.text("createUser", "id");

        Answer update = ask(UPDATE, Map.of("input", Map.of("id", id, "expectedVersion", 7, "name", "Grace")));

        assertThat(update.codes()).containsExactly("CONFLICT");
        assertThat(ask(DELETE, Map.of("id", id, "version", 7)).codes()).containsExactly("CONFLICT");
        assertThat(ask(READ, Map.of("id", id)).data("user")).isEqualTo(created.data("createUser"));
    }

    @ParameterizedTest
    @EnumSource
    void deletedUserIsGivenAndGone(EachStore store) {
        Answer created = create(store);
        String id = created.text("createUser", "id");
        ask(READ, Map.of("id", id));

        Answer deleted = ask(DELETE, Map.of("id", id, "version", 1));

        assertThat(deleted.data("deleteUser")).isEqualTo(created.data("createUser"));
        assertThat(ask(READ, Map.of("id", id)).data("user")).isNull();
        assertThat(ask(DELETE, Map.of("id", id)).codes()).containsExactly("NOT_FOUND");
        assertThat(ask(UPDATE, Map.of("input", Map.of("id", id, "name", "Ada"))).codes())
                .containsExactly("NOT_FOUND");
    }

    @ParameterizedTest
    @EnumSource
    void keysAndEmailsAreTakenOnce(EachStore store) {
        Answer created = create(store);
        Map<String, Object> sameKey = input(store);
        sameKey.put("userId", created.text("createUser", "userId"));
        Map<String, Object> sameEmail = input(store);
        sameEmail.put("email", created.text("createUser", "email"));

        Answer second = ask(CREATE, Map.of("input", sameKey));

        assertThat(second.codes()).containsExactly("ALREADY_EXISTS");
        assertThat(second.messages()).singleElement().asString().contains("userId");
        Answer third = ask(CREATE, Map.of("input", sameEmail));
        assertThat(third.codes()).containsExactly("ALREADY_EXISTS");
        assertThat(third.messages()).singleElement().asString().contains("email");
    }

    @Test
    void manyUsersOfOneLevelAreOneBatchAStore() {
        List<String> ids = IntStream.range(0, 60)
                .mapToObj(i -> create(i % 2 == 0 ? EachStore.POSTGRES : EachStore.DYNAMODB)
                        .text("createUser", "id"))
                .toList();
        String aliases = IntStream.range(0, 19)
                .mapToObj(i -> "u" + i + ": user(id: \"" + ids.get(i) + "\") { name }")
                .collect(Collectors.joining(" "));
        Map<String, Long> before = calls();

        Answer answer = ask("query($ids: [ID!]!) { nodes(ids: $ids) { id } " + aliases + " }", Map.of("ids", ids));

        assertThat(answer.messages()).isEmpty();
        assertThat(answer.list("nodes")).hasSize(60).doesNotContainNull();
        assertThat(growth(before))
                .containsExactlyInAnyOrderEntriesOf(Map.of("POSTGRES findByKeys", 1L, "DYNAMODB findByKeys", 1L));
    }

    @Test
    void manyEmailsOfOneLevelAreOneBatchAStore() {
        List<String> emails = IntStream.range(0, 20)
                .mapToObj(i -> create(i % 2 == 0 ? EachStore.POSTGRES : EachStore.DYNAMODB)
                        .text("createUser", "email"))
                .toList();
        String aliases = IntStream.range(0, emails.size())
                .mapToObj(i -> "u" + i + ": userByEmail(email: \"" + emails.get(i) + "\") { name }")
                .collect(Collectors.joining(" "));
        Map<String, Long> before = calls();

        Answer answer = ask("{ " + aliases + " }");

        assertThat(answer.messages()).isEmpty();
        assertThat(growth(before))
                .containsExactlyInAnyOrderEntriesOf(Map.of("POSTGRES findByEmails", 1L, "DYNAMODB findByEmails", 1L));
    }

    @Test
    void aListIsOneReadAStoreAndIsCountedOnlyWhenAsked() {
        Map<String, Long> before = calls();

        Answer page = ask("{ users(first: 3) { nodes { id } edges { cursor node { id } } pageInfo { endCursor } } }");

        assertThat(page.messages()).isEmpty();
        assertThat(growth(before)).containsExactlyInAnyOrderEntriesOf(Map.of("POSTGRES list", 1L, "DYNAMODB list", 1L));
    }

    @Test
    void aSecondReadAsksNoStore() {
        String id = create(EachStore.POSTGRES).text("createUser", "id");
        ask(READ, Map.of("id", id));
        ask(READ, Map.of("id", id));
        Map<String, Long> before = calls();

        Answer read = ask(READ, Map.of("id", id));

        assertThat(read.data("user", "id")).isEqualTo(id);
        assertThat(growth(before)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void pagesOfBothStoresMakeUpOneListInEitherDirection(boolean backward) {
        List<String> emails = new ArrayList<>();
        for (int i = 0; i < 14; i++) {
            emails.add(
                    create(i % 3 == 0 ? EachStore.POSTGRES : EachStore.DYNAMODB).text("createUser", "email"));
        }
        String page = "query($emails: [String!], $cursor: Cursor) { users(filter: {email: {in: $emails}}, "
                + (backward ? "last: 4, before: $cursor" : "first: 4, after: $cursor")
                + ") { nodes { email } totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";
        List<Object> seen = new ArrayList<>();
        Map<String, @Nullable Object> variables = new HashMap<>(Map.of("emails", emails));
        boolean more;

        do {
            Answer answer = ask(page, variables);
            assertThat(answer.messages()).isEmpty();
            assertThat(answer.data("users", "totalCount")).isEqualTo(14);
            List<Object> found = answer.list("users", "nodes").stream()
                    .map(node -> (Object) ((Map<?, ?>) Objects.requireNonNull(node)).get("email"))
                    .toList();
            seen.addAll(backward ? 0 : seen.size(), found);
            more = Boolean.TRUE.equals(answer.data("users", "pageInfo", backward ? "hasPreviousPage" : "hasNextPage"));
            assertThat(answer.data("users", "pageInfo", backward ? "hasNextPage" : "hasPreviousPage"))
                    .isEqualTo(variables.containsKey("cursor"));
            variables.put("cursor", answer.data("users", "pageInfo", backward ? "startCursor" : "endCursor"));
        } while (more);

        assertThat(seen).containsExactlyElementsOf(emails);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "users(first: 0) { nodes { id } }",
                "users(first: -1) { nodes { id } }",
                "users(first: 1001) { nodes { id } }",
                "users(last: 10000) { nodes { id } }",
                "users(first: 1, last: 1) { nodes { id } }",
                "users(after: \"not a cursor\") { nodes { id } }",
                "users(after: \"Zm9v\") { nodes { id } }",
                "users(after: \"\") { nodes { id } }",
                "users(orderBy: {field: NAME, direction: ASC}) { nodes { id } }",
                "users(store: DYNAMODB, orderBy: {field: EMAIL, direction: DESC}) { nodes { id } }",
                "users(store: DYNAMODB, filter: {name: {contains: \"a\"}}) { nodes { id } }",
                "users(store: ORACLE) { nodes { id } }",
                "users(filter: {name: {eq: \"a\\u0000b\"}}, store: POSTGRES) { nodes { id } }",
                "users(filter: {createdAt: {gte: \"yesterday\"}}) { nodes { id } }",
                "user(id: \"rubbish\") { id }",
                "user(id: \"\") { id }",
                "user(id: \"dXNlcjpwOgA\") { id }",
                "node(id: \"dXNlcjp4OmE\") { id }",
                "nodes(ids: [\"rubbish\"]) { id }",
                "userByEmail(email: \"not an e-mail\") { id }",
                "nothing",
                "users { nodes { id }"
            })
    void badInputIsRefusedByName(String field) {
        Answer answer = ask("{ " + field + " }");

        assertThat(answer.codes()).containsExactly("INVALID_ARGUMENT");
        assertThat(answer.messages()).singleElement().asString().isNotBlank().doesNotContain("Exception");
    }

    static List<Map<String, Object>> badInputs() {
        List<Map<String, Object>> inputs = new ArrayList<>();
        inputs.add(Map.of("email", "none"));
        inputs.add(Map.of("email", "a@b@c"));
        inputs.add(Map.of("name", ""));
        inputs.add(Map.of("name", "n".repeat(257)));
        inputs.add(Map.of("name", "NUL \0"));
        inputs.add(Map.of("phone", "\0"));
        inputs.add(Map.of("userId", ""));
        inputs.add(Map.of("userId", "email#ada@example.com"));
        inputs.add(Map.of("userId", "u".repeat(129)));
        inputs.add(Map.of("attributes", List.of(1)));
        inputs.add(Map.of("attributes", "text"));
        inputs.add(Map.of("attributes", Map.of("large", "x".repeat(500_000))));
        inputs.add(Map.of("attributes", Map.of("n", new BigDecimal("0.123456789012345678901234567890123456789"))));
        inputs.add(Map.of("attributes", Map.of("n", new BigDecimal("1e126"))));
        inputs.add(Map.of("attributes", Map.of("text", "NUL \0")));
        inputs.add(Map.of("attributes", Map.of("NUL \0", 1)));
        inputs.add(Map.of("attributes", Map.of("", 1)));
        return inputs;
    }

    @ParameterizedTest
    @MethodSource("badInputs")
    void badUsersAreRefusedAlikeByBothStores(Map<String, Object> bad) {
        Map<String, Object> inPostgres = input(EachStore.POSTGRES);
        inPostgres.putAll(bad);
        Map<String, Object> inDynamoDb = input(EachStore.DYNAMODB);
        inDynamoDb.putAll(bad);

        Answer postgres = ask(CREATE, Map.of("input", inPostgres));

        assertThat(postgres.codes()).containsExactly("INVALID_ARGUMENT");
        Answer dynamoDb = ask(CREATE, Map.of("input", inDynamoDb));
        assertThat(dynamoDb.codes()).containsExactly("INVALID_ARGUMENT");
        assertThat(dynamoDb.messages()).isEqualTo(postgres.messages());
        assertThat(postgres.messages().get(0))
                .startsWith(bad.keySet().iterator().next());
    }

    @ParameterizedTest
    @EnumSource
    void whatOthersRoundOrLoseComesBackUnchanged(EachStore store) {
        String attributes = "{\"big\": 12345678901234567890123456789012345678, \"exact\": 0.1234567890123456789,"
                + " \"text\": \"👩‍👩‍👧‍👦 é e\u0301 שלום \\u0001\", \"nested\": {\"null\": null, \"list\": [null, [], {}]}}";
        Map<String, @Nullable Object> input = new HashMap<>(input(store));
        input.put("name", "Zoë 李小龍 👩🏽‍🚀 e\u0301");
        input.put("attributes", Json.read(attributes));

        Answer created = ask(CREATE, Map.of("input", input));

        assertThat(created.data("createUser", "attributes")).isEqualTo(Json.read(attributes));
        Answer read = ask(READ, Map.of("id", created.text("createUser", "id")));
        assertThat(read.data("user", "attributes")).isEqualTo(Json.read(attributes));
        assertThat(read.data("user", "name")).isEqualTo(input.get("name"));
    }

    @ParameterizedTest
    @EnumSource
    void numbersInTheDocumentItselfKeepTheirDigits(EachStore store) {
        Answer created = ask("mutation { createUser(input: {store: " + store + ", email: \"" + UUID.randomUUID()
                + "@example.com\", name: \"Ada\", attributes: {big: 9007199254740993, exact: 1.10, list: [1e3, null]}})"
                + " { attributes } }");

        assertThat(Json.write(created.data("createUser", "attributes")))
                .isEqualTo("{\"big\":9007199254740993,\"exact\":1.1,\"list\":[1000,null]}");
    }

    @ParameterizedTest
    @CsvSource({"email", "name", "status", "attributes"})
    void whatMustBeThereCantBeSetToNull(String field) {
        String id = create(EachStore.POSTGRES).text("createUser", "id");
        Map<String, @Nullable Object> input = new HashMap<>();
        input.put("id", id);
        input.put(field, null);

        Answer answer = ask(UPDATE, Map.of("input", input));

        assertThat(answer.codes()).containsExactly("INVALID_ARGUMENT");
        assertThat(answer.messages()).singleElement().asString().startsWith(field);
    }

    @Test
    void oneFieldsFailureLeavesTheOthers() {
        String id = create(EachStore.DYNAMODB).text("createUser", "id");

        Answer answer =
                ask("query($id: ID!) { good: user(id: $id) { id } bad: user(id: \"bad\") { id } }", Map.of("id", id));

        assertThat(answer.data("good", "id")).isEqualTo(id);
        assertThat(answer.data("bad")).isNull();
        assertThat(answer.codes()).containsExactly("INVALID_ARGUMENT");
    }

    private static Answer create(EachStore store) {
        Answer created = ask(CREATE, Map.of("input", input(store)));
        assertThat(created.messages()).isEmpty();
        return created;
    }

    private static Map<String, Object> input(EachStore store) {
        return new HashMap<>(Map.of(
                "store", store, "email", UUID.randomUUID() + "@example.com", "name", "Ada Lovelace", "phone", "+1"));
    }

    /** How often each operation of each store has been called, from the metrics. */
    private Map<String, Long> calls() {
        // Quarkus doesn't know where a packaged application has it; the build does.
        int port = Integer.getInteger("quarkus.management.test-port", management.getPort());
        String metrics =
                RestAssured.get("http://127.0.0.1:" + port + "/q/metrics").asString();
        return metrics.lines()
                .filter(line -> line.startsWith("headgate_store_seconds_count"))
                .collect(Collectors.toMap(
                        line -> label(line, "store") + " " + label(line, "operation"),
                        line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)),
                        Long::sum));
    }

    private static String label(String line, String name) {
        int start = line.indexOf(name + "=\"") + name.length() + 2;
        return line.substring(start, line.indexOf('"', start));
    }

    private Map<String, Long> growth(Map<String, Long> before) {
        Map<String, Long> grown = new HashMap<>();
        calls().forEach((operation, count) -> {
            long growth = count - before.getOrDefault(operation, 0L);
            if (growth > 0) {
                grown.put(operation, growth);
            }
        });
        return grown;
    }
}
