package io.headgate.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.json.Json;
import io.headgate.localcloud.LocalCloudResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole answers that are kept, as clients see them. */
@QuarkusTest
@WithTestResource(LocalCloudResource.class)
class ResponseCacheTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String QUERY = "query($id: ID!) { user(id: $id) { name version } }";

    private String email;
    private String id;

    @BeforeEach
    void createUser() {
        email = UUID.randomUUID() + "@example.com";
        id = create(email);
    }

    @Test
    void sameRequestIsAnsweredFromWhatIsKept() {
        Response first = untilKept(QUERY, Map.of("id", id));

        Response again = untilFound(QUERY, Map.of("id", id));

        assertThat(again.asByteArray()).isEqualTo(first.asByteArray());
        assertThat(again.header("ETag")).isEqualTo(first.header("ETag")).startsWith("W/\"");
        assertThat(again.header("Cache-Control")).isEqualTo("private, no-cache");
        assertThat(again.header("Vary")).contains("Authorization");
        assertThat(again.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(again.header("Content-Security-Policy")).isEqualTo(first.header("Content-Security-Policy"));
        assertThat(again.header("Content-Type")).isEqualTo(first.header("Content-Type"));
        assertThat(Integer.parseInt(again.header("Age"))).isBetween(0, 60);
    }

    @Test
    void requestThatAsksForTheSameInAnotherLayoutIsAnsweredFromIt() {
        Map<String, Object> variables = new LinkedHashMap<>();
        variables.put("id", id);
        variables.put("more", true);
        String query = "query($id: ID!, $more: Boolean!) { user(id: $id) { name version @include(if: $more) } }";
        Map<String, Object> turned = new LinkedHashMap<>();
        turned.put("more", true);
        turned.put("id", id);
        Response found = untilKept(query, variables);

        Response other = until(
                () -> {
                    post(query, variables);
                    return post(
                            "query ($id: ID!,\n $more: Boolean!) {\n  # a comment\n  user(id: $id) { name, version"
                                    + " @include(if: $more) }\n}",
                            turned);
                },
                answer -> answer.header("Age") != null);

        assertThat(other.asByteArray()).isEqualTo(found.asByteArray());
    }

    @Test
    void changeIsSeenByTheNextRequest() {
        untilFound(QUERY, Map.of("id", id));

        post("mutation($id: ID!) { updateUser(input: {id: $id, name: \"changed\"}) { id } }", Map.of("id", id));

        assertThat(post(QUERY, Map.of("id", id)).jsonPath().getString("data.user.name"))
                .isEqualTo("changed");
    }

    @Test
    void userThatWasMissedIsSeenOnceItIsCreated() {
        String missing = UUID.randomUUID() + "@example.com";
        String query = "query($email: String!) { userByEmail(email: $email, store: POSTGRES) { email } }";
        untilFound(query, Map.of("email", missing));

        create(missing);

        assertThat(post(query, Map.of("email", missing)).jsonPath().getString("data.userByEmail.email"))
                .isEqualTo(missing);
    }

    @Test
    void userIsNotFoundByTheAddressThatItHadBefore() {
        String query = "query($email: String!) { userByEmail(email: $email, store: POSTGRES) { email } }";
        untilFound(query, Map.of("email", email));

        post(
                "mutation($id: ID!, $email: String!) { updateUser(input: {id: $id, email: $email}) { id } }",
                Map.of("id", id, "email", UUID.randomUUID() + "@example.com"));

        assertThat(post(query, Map.of("email", email)).jsonPath().getMap("data"))
                .containsEntry("userByEmail", null);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "query($id: ID!) { user(id: $id, consistency: STRONG) { name } }",
                "query($id: ID!) { user(id: $id) { name } users(first: 1, store: POSTGRES) { nodes { id } } }",
                "query($id: ID!) { user(id: $id) { name } databases(first: 1) { nodes { id } } }",
                "query($id: ID!) { user(id: $id) { name } node(id: \"rds:mydb\") { id } }",
                "query($id: ID!) { user(id: $id) { name } other: user(id: \"wrong\") { name } }",
                "mutation($id: ID!) { updateUser(input: {id: $id, name: \"again\"}) { name } }"
            })
    void whatMustBeFreshIsNotKept(String query) {
        untilFound(QUERY, Map.of("id", id));

        Response answer = post(query, Map.of("id", id));

        assertThat(answer.header("ETag")).isNull();
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    }

    @Test
    void browserThatHasTheAnswerIsToldSo() {
        String etag =
                until(() -> get(""), answer -> answer.header("ETag") != null).header("ETag");

        Response again = until(() -> get("\"other\", " + etag), answer -> answer.statusCode() == 304);

        assertThat(again.asByteArray()).isEmpty();
        assertThat(again.header("ETag")).isEqualTo(etag);
    }

    @Test
    void browserThatHasAnotherAnswerGetsTheNewOne() {
        String etag =
                until(() -> get(""), answer -> answer.header("ETag") != null).header("ETag");

        post("mutation($id: ID!) { updateUser(input: {id: $id, name: \"changed\"}) { id } }", Map.of("id", id));

        Response answer = get(etag);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.jsonPath().getString("data.user.name")).isEqualTo("changed");
    }

    /** From the second request on it is known by its bytes. */
    @Test
    void aListIsNeverKeptAndShowsEachChangeHoweverOftenItIsAskedFor() {
        String list =
                "query($email: String!) { users(store: POSTGRES, filter: {email: {eq: $email}}) { nodes { version } } }";
        String change = "mutation($id: ID!) { updateUser(input: {id: $id, name: \"Grace\"}) { version } }";
        for (int version = 1; version <= 5; version++) {
            Response answer = post(list, Map.of("email", email));

            assertThat(answer.jsonPath().getList("data.users.nodes.version")).containsExactly(version);
            assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
            assertThat(answer.header("ETag")).isNull();
            assertThat(answer.header("Content-Type")).startsWith("application/json");
            assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
            post(change, Map.of("id", id));
        }
    }

    private Response get(String condition) {
        return given().accept("application/json")
                .header("If-None-Match", condition)
                .queryParam("query", QUERY)
                .queryParam("variables", Json.write(Map.of("id", id)))
                .get("/graphql");
    }

    private static String create(String email) {
        return post(
                        "mutation($email: String!) { createUser(input: {store: POSTGRES, email: $email, name: \"new\"})"
                                + " { id } }",
                        Map.of("email", email))
                .jsonPath()
                .getString("data.createUser.id");
    }

    private static Response post(String query, Map<String, ?> variables) {
        return given().contentType("application/json")
                .body(Json.write(Map.of("query", query, "variables", variables)))
                .post("/graphql");
    }

    private static Response untilKept(String query, Map<String, ?> variables) {
        return until(() -> post(query, variables), answer -> answer.header("ETag") != null);
    }

    private static Response untilFound(String query, Map<String, ?> variables) {
        return until(() -> post(query, variables), answer -> answer.header("Age") != null);
    }

    /** Nothing is kept while a replica can't be sure to know of all changes, so on a slow machine it may take a few tries. */
    private static Response until(Supplier<Response> request, Predicate<Response> expected) {
        long end = System.nanoTime() + LIMIT.toNanos();
        Response answer = request.get();
        while (!expected.test(answer)) {
            assertThat(System.nanoTime()).as(answer.asString()).isLessThan(end);
            answer = request.get();
        }
        return answer;
    }
}
