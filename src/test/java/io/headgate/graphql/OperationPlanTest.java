package io.headgate.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.graphql.GraphQlEngine.Outcome;
import io.headgate.graphql.GraphQlEngine.Query;
import io.headgate.graphql.GraphQlEngine.Response;
import io.headgate.graphql.GraphQlRequest.Way;
import io.headgate.json.Json;
import io.headgate.localcloud.LocalCloudResource;
import io.headgate.response.Making;
import io.headgate.security.Caller;
import io.headgate.security.Role;
import io.headgate.user.Attributes;
import io.headgate.user.Consistency;
import io.headgate.user.Store;
import io.headgate.user.User;
import io.headgate.user.UserId;
import io.headgate.user.UserService;
import io.headgate.user.UserStatus;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a plan answers is what graphql-java answers, byte by byte: streams are always graphql-java's. */
@QuarkusTest
@WithTestResource(LocalCloudResource.class)
class OperationPlanTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private static final Caller CALLER = Caller.ANYBODY;

    @Inject
    @SuppressWarnings("NullAway.Init")
    GraphQlEngine engine;

    @Inject
    @SuppressWarnings("NullAway.Init")
    UserService users;

    private final List<User> created = new ArrayList<>();

    @BeforeEach
    void createUsers() {
        for (Store store : Store.values()) {
            created.add(users.create(
                            store,
                            null,
                            UUID.randomUUID() + "@example.com",
                            "Ada \"L\u00f6velace\" \u0007 \ud83d\ude00 \u2028",
                            store == Store.POSTGRES ? "+44 20 7946 0000" : null,
                            UserStatus.INVITED,
                            Attributes.of(
                                    Json.read(
                                            "{\"a\": [1, 2.50, 1e100, null, true, {\"b\": \"\u00e4\"}], \"n\": 12345678901234567890}")))
                    .await()
                    .atMost(LONG));
        }
    }

    private Map<String, Object> variables() {
        User first = created.get(0);
        User second = created.get(1);
        return Map.of(
                "id",
                first.id().global(),
                "other",
                second.id().global(),
                "ids",
                List.of(second.id().global(), first.id().global(), first.id().global(), gone()),
                "gone",
                gone(),
                "email",
                first.email(),
                "names",
                List.of(first.name()),
                "first",
                3);
    }

    /** The id of nobody. */
    private static String gone() {
        return new UserId(Store.POSTGRES, UUID.nameUUIDFromBytes(new byte[0]).toString()).global();
    }

    private static GraphQlRequest request(String document, Map<String, Object> variables) {
        return new GraphQlRequest(document, null, variables, Map.of(), Way.WEBSOCKET);
    }

    private Response execute(GraphQlRequest request) {
        return execute(request, CALLER);
    }

    private Response execute(GraphQlRequest request, Caller caller) {
        Query query = engine.query(request);
        if (query == null) {
            return engine.execute(request, caller, Making.unkept()).await().atMost(LONG);
        }
        Response response =
                engine.execute(query, caller, Making.unkept()).await().atMost(LONG);
        CompletableFuture<Response> read = read(query, caller);
        if (read != null) {
            assertThat(text(read.join())).isEqualTo(text(response));
            assertThat(read.join().result().outcome())
                    .isEqualTo(response.result().outcome());
        }
        return response;
    }

    /** {@code null} where it is no read by key. */
    private @Nullable CompletableFuture<Response> read(Query query, Caller caller) {
        CompletableFuture<Response> response = new CompletableFuture<>();
        Cancellable begun = engine.read(query, caller, Making.unkept(), (made, failure) -> {
            if (failure == null) {
                response.complete(made);
            } else {
                response.completeExceptionally(failure);
            }
        });
        return begun == null ? null : response;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            query($id: ID!) { user(id: $id) { id version } } | true
            query Q($gone: ID!) { who: user(id: $gone) { email } } | true
            query($id: ID!) { user(consistency: EVENTUAL, id: $id) { id } } | true
            { user(id: "?") { id } } | true
            query($id: ID!) { user(id: $id, consistency: STRONG) { id } } | false
            query($id: ID!) { user(id: $id) { id } __typename } | false
            query($id: ID!) { node(id: $id) { id } } | false
            """)
    void aUserByItsIdAloneIsReadByKey(String document, boolean isRead) {
        GraphQlRequest request = request(document, variables());

        CompletableFuture<Response> read = read(Objects.requireNonNull(engine.query(request)), CALLER);

        assertThat(read != null).isEqualTo(isRead);
        if (read != null) {
            assertThat(text(read.join())).isEqualTo(byGraphQlJava(request));
        }
    }

    private String byGraphQlJava(GraphQlRequest request) {
        return new String(
                Json.writeUtf8(engine.stream(request, CALLER, () -> {})
                        .collect()
                        .first()
                        .await()
                        .atMost(LONG)
                        .response()),
                StandardCharsets.UTF_8);
    }

    private static String text(Response response) {
        return new String(response.json(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "query($id: ID!) { user(id: $id) { id userId store email name phone status attributes createdAt updatedAt version } }",
                "query($other: ID!) { user(id: $other, consistency: STRONG) { id userId store email name phone status attributes createdAt updatedAt version } }",
                "query Named($id: ID!) { __typename a: user(id: $id) { x: id id __typename t: __typename } b: user(id: $id) { version } }",
                "query($gone: ID!) { user(id: $gone) { id } }",
                "query($id: ID!) { user(id: $id) { ...A id ...B ... { name } ... on Node { id } ... on User { email } } } fragment A on User { version ...B } fragment B on Node { id __typename }",
                "query($id: ID!, $none: Consistency = EVENTUAL) { user(id: $id, consistency: $none) { id } }",
                "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on User { name } ... on Snapshot { name } } }",
                "query($id: ID!) { node(id: $id) { id ... on User { status attributes } } }",
                "query($gone: ID!) { node(id: $gone) { id } }",
                "query($email: String!) { userByEmail(email: $email) { id } postgres: userByEmail(email: $email, store: POSTGRES) { id email } none: userByEmail(email: $email, store: DYNAMODB) { id } }",
                "query($first: Int!, $names: [String!]) { users(store: POSTGRES, filter: {name: {in: $names}}, orderBy: {field: CREATED_AT, direction: DESC}, first: $first) { nodes { id name } edges { cursor node { id } } edges { node { version } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor __typename } } }",
                "{ users(first: 2, store: POSTGRES, filter: {email: {eq: \"nobody@example.com\"}}) { nodes { id } edges { cursor } pageInfo { endCursor } } }",
            })
    void answersAsGraphQlJavaDoes(String document) {
        isByPlan(request(document, variables()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ user(id: \"?\") { id } }",
                "query($id: ID!) { good: user(id: $id) { id } bad: user(id: \"?\") { id } }",
                "query($ids: [ID!]!) { nodes(ids: $ids) { id } bad: nodes(ids: [\"?\"]) { id } }",
                "{ users(first: 0) { nodes { id } } }",
                "{ users(first: 5000) { nodes { id } } }",
                "query($id: ID!) { user(id: $id) { id @skip(if: true) name } }",
                "query($id: ID!) @include(if: true) { user(id: $id) { id } }",
                "query($wanted: ID!) { user(id: $wanted) { id } }",
                "query($first: ID!) { user(id: $first) { id } }",
                "query A($id: ID!) { user(id: $id) { id } } query B { __typename }",
                "query($first: Int!) { users(store: POSTGRES, first: $first) { totalCount nodes { version } } }",
                "{ databases { id } }",
                "{ __schema { queryType { name } } }",
                "{ users { nothing } }",
            })
    void leavesToGraphQlJavaWhatIsNotPlain(String document) {
        isByGraphQlJava(request(document, variables()));
    }

    private void isByPlan(GraphQlRequest request) {
        Response response = execute(request);

        assertThat(response.isWhole()).isTrue();
        assertThat(response.result().response()).as("has a plan").isEmpty();
        assertThat(text(response)).isEqualTo(byGraphQlJava(request));
    }

    private void isByGraphQlJava(GraphQlRequest request) {
        Response response = execute(request);

        assertThat(response.result().response()).as("is graphql-java's").isNotEmpty();
        assertThat(text(response)).isEqualTo(byGraphQlJava(request));
    }

    /** Each is made twice, by the plan and by graphql-java. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "mutation($id: ID!) { updateUser(input: {id: $id, name: \"Ada \\\"\u00e4\"}) { id userId store email name phone status attributes createdAt __typename } }",
                "mutation Named($other: ID!, $email: String!) { renamed: updateUser(input: {id: $other, phone: null, name: $email}) { ...A } } fragment A on User { phone ... on Node { id } name }",
                "mutation { publish(input: {channel: \"plans\", body: {a: [1, null]}}) { channel body } }",
                "mutation { recordScore(input: {leaderboard: \"plans\", member: \"ada\", score: 3}) { member score rank } }",
                "mutation($email: String!) { revokeSession(token: $email) }",
            })
    void changesAsGraphQlJavaDoes(String document) {
        GraphQlRequest request = request(document, variables());

        assertThat(engine.query(request)).as("is no query").isNull();
        isByPlan(request);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mutation($gone: ID!) { deleteUser(id: $gone) { id } }",
                "mutation($id: ID!) { updateUser(input: {id: $id, name: \"A\"}, expectedVersion: 7) { id } }",
                "mutation($id: ID!) { updateUser(input: {id: $id, name: \"A\", expectedVersion: 7}) { id } }",
                "mutation($id: ID!) { updateUser(input: {id: $id, name: null}) { id } }",
                "mutation { deleteUser(id: \"?\") { id } }",
                "mutation($wanted: ID!) { deleteUser(id: $wanted) { id } }",
                "mutation($id: ID!) { __typename updateUser(input: {id: $id, name: \"B\"}) { name } }",
                "mutation($id: ID!) { updateUser(input: {id: $id, name: \"B\"}) { name @skip(if: false) } }",
                "mutation($id: ID!, $other: ID!) { a: updateUser(input: {id: $id, name: \"B\"}) { name } b: updateUser(input: {id: $other, name: \"C\"}) { name } }",
                "mutation($id: ID!) { a: updateUser(input: {id: $id, name: \"B\"}) { name } b: deleteUser(id: \"?\") { name } }",
            })
    void leavesToGraphQlJavaWhatIsNoPlainChange(String document) {
        isByGraphQlJava(request(document, variables()));
    }

    @Test
    void aChangeIsMadeOnceAlsoWhereGraphQlJavaSaysWhatIsWrongWithIt() {
        GraphQlRequest taken = request(
                "mutation($id: ID!, $email: String!) { updateUser(input: {id: $id, email: $email}) { version } }",
                Map.of("id", created.get(0).id().global(), "email", "no address"));
        GraphQlRequest made =
                request("mutation($id: ID!) { updateUser(input: {id: $id, name: \"Once\"}) { version } }", variables());

        assertThat(text(execute(taken))).contains("INVALID_ARGUMENT");
        assertThat(text(execute(made))).isEqualTo("{\"data\":{\"updateUser\":{\"version\":2}}}");
    }

    @Test
    void whoMayNotChangeIsRefusedAndWhoAsksByGetToo() {
        String document = "mutation($id: ID!) { updateUser(input: {id: $id, name: \"Never\"}) { id } }";
        Caller reader = new Caller("reader", Set.of(Role.READER), true, null);
        GraphQlRequest byGet = new GraphQlRequest(document, null, variables(), Map.of(), Way.GET);

        Response forbidden = execute(request(document, variables()), reader);
        Response refused = execute(byGet);

        assertThat(forbidden.result().outcome()).isEqualTo(Outcome.FORBIDDEN);
        assertThat(refused.result().outcome()).isEqualTo(Outcome.MUTATION_REFUSED);
        assertThat(refused.result().refused()).isNotNull();
        assertThat(users.findByIds(Set.of(created.get(0).id()), Consistency.STRONG)
                        .await()
                        .atMost(LONG))
                .containsValue(created.get(0));
    }

    @Test
    void anotherOperationThanTheOnlyOneIsRefused() {
        GraphQlRequest request = new GraphQlRequest("query A { __typename }", "B", Map.of(), Map.of(), Way.WEBSOCKET);

        Response response = execute(request);

        assertThat(response.result().outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(text(response)).isEqualTo(byGraphQlJava(request));
    }

    @Test
    void whoMayNotIsRefused() {
        Caller nobody = new Caller("nobody", Set.of(), true, null);
        GraphQlRequest request = request("query($id: ID!) { user(id: $id) { id } }", variables());

        Response response = execute(request, nobody);

        assertThat(response.result().outcome()).isEqualTo(Outcome.FORBIDDEN);
        assertThat(text(response))
                .contains("FORBIDDEN")
                .doesNotContain(created.get(0).email());
    }

    /** By ID1, ID2, GONE and MAIL in a document. */
    private String filled(String document) {
        return document.replace("ID1", created.get(0).id().global())
                .replace("ID2", created.get(1).id().global())
                .replace("GONE", gone())
                .replace("MAIL", created.get(0).email());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            { user(id: "ID1") { id name } } | { user(id: "ID2") { id name } }
            query One { user(id: "ID1") { id } } | query Two {user(id:"GONE"){id,},}
            query { user(id: "ID1") { version } } | query query { user(id: "ID2") { version } }
            { nodes(ids: ["ID1", "GONE"]) { id } x: users(first: 2, filter: {email: {in: ["MAIL", "x"]}}) { nodes { id } } } | { nodes(ids: ["ID2", "ID2"]) { id } x: users(first: 2, filter: {email: {in: ["", "MAIL"]}}) { nodes { id } } }
            query A($c: Consistency = STRONG) { user(id: "ID1", consistency: $c) { id } } | query B($c: Consistency = STRONG) { user(id: "ID2", consistency: $c) { id } }
            query A { ...F } fragment F on Query { user(id: "ID1") { id } node(id: "ID2") { id } } | query fragment { ...F } fragment F on Query { user(id: "ID2") { id } node(id: "GONE") { id } }
            """)
    void documentsOfOneOutlineAreAnsweredByOnePlan(String first, String second) {
        execute(request(filled(first), Map.of()));
        GraphQlRequest request = request(filled(second), Map.of());
        GraphQlRequest relaid = request("# Another layout\n" + filled(second).replace("{", " {\t"), Map.of());

        Response response = execute(request);

        assertThat(response.result().response()).as("has a plan").isEmpty();
        assertThat(text(response)).isEqualTo(byGraphQlJava(request));
        assertThat(canonical(request))
                .isEqualTo(canonical(relaid))
                .isNotEqualTo(canonical(request(filled(first), Map.of())));
    }

    private String canonical(GraphQlRequest request) {
        return Objects.requireNonNull(engine.query(request)).canonical();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            { user(id: "ID1") { phone } } | { user(id: "?") { phone } }
            { user(id: "ID1") { phone } } | { user(id: "\\u003f") { phone } }
            { user(id: "ID1") { phone } } | { user(id: "ID2) { phone } }
            { user(id: "ID1") { phone } } | { user(id: \"""ID2\""") { phone } }
            { user(id: "ID1") { phone } } | { user(id: "ID2") CONTROL { phone } }
            { user(id: "ID1") { phone } } | { user(id: "ä") { phone } }
            { a: user(id: "ID1") { id } a: user(id: "ID1") { id } } | { a: user(id: "ID1") { id } a: user(id: "ID2") { id } }
            { ...F user(id: "ID1") { id } } fragment F on Query { x: user(id: "ID1") { id } } | { ...F user(id: "ID1") { id } } fragment F on Query { x: user(id: "ID2") { id } }
            query($id: ID! = "ID1") { user(id: $id) { id } } | query($id: ID! = "ID2") { user(id: $id) { id } }
            { users(first: 1, filter: {createdAt: {gte: "2026-01-01T00:00:00Z"}}) { nodes { id } } } | { users(first: 1, filter: {createdAt: {gte: "yesterday"}}) { nodes { id } } }
            { ...F } fragment F on Query { user(id: "ID1") { id } } | { . . . F } fragment F on Query { user(id: "ID1") { id } }
            query A { user(id: "ID1") { id } } query B { __typename } | query B { user(id: "ID2") { id } } query A { __typename }
            """)
    void documentsOfOneOutlineThatMeanAnotherThingAreAnsweredAsGraphQlJavaDoes(String first, String second) {
        execute(request(filled(first), Map.of()));
        GraphQlRequest request = request(filled(second).replace("CONTROL", "\u0001"), Map.of());

        assertThat(text(execute(request))).isEqualTo(byGraphQlJava(request));
    }

    @Test
    void anotherNameThanThatOfTheOneOperationIsRefusedAlsoWhereTheOutlineIsKnown() {
        execute(request("query First { user(id: \"%s\") { email } }".formatted(gone()), Map.of()));
        String document = filled("query Second { user(id: \"ID1\") { email } }");
        GraphQlRequest right = new GraphQlRequest(document, "Second", Map.of(), Map.of(), Way.WEBSOCKET);
        GraphQlRequest wrong = new GraphQlRequest(document, "First", Map.of(), Map.of(), Way.WEBSOCKET);

        assertThat(text(execute(right)))
                .isEqualTo(byGraphQlJava(right))
                .contains(created.get(0).email());
        assertThat(text(execute(wrong))).isEqualTo(byGraphQlJava(wrong)).contains("First");
    }
}
