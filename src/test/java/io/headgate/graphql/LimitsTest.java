package io.headgate.graphql;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import graphql.introspection.IntrospectionQuery;
import io.headgate.SocketClient;
import io.headgate.json.Json;
import io.headgate.localcloud.LocalCloudResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.config.EncoderConfig;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a document may be, asked at each bound and one past it, over the wire. */
@QuarkusTest
@WithTestResource(LocalCloudResource.class)
class LimitsTest {

    private static final String ID = "rds:none";

    /** As many as there may be, and refused by the field that is given them. */
    private static final List<String> WRONG_IDS = Collections.nCopies(1_000, "");

    static Stream<Arguments> bounds() {
        return Stream.of(
                Arguments.of("tokens", tokens(1_000), tokens(1_001)),
                Arguments.of("characters", padded(65_536), padded(65_537)),
                Arguments.of("levels", nested(16), nested(17)),
                Arguments.of("levels", nestedInFragments(16), nestedInFragments(17)),
                Arguments.of("aliases", aliases(30), aliases(31)),
                Arguments.of("directives", directives(20), directives(21)),
                Arguments.of("at its root", roots(20), roots(21)),
                Arguments.of("at its root", rootsInFragments(20), rootsInFragments(21)),
                Arguments.of("fields", fields(250), fields(251)),
                Arguments.of("fields", fieldsInFragments(249), fieldsInFragments(251)),
                Arguments.of("schema does not have", wrongFields(20), wrongFields(21)),
                Arguments.of("schema does not have", wrongArguments(20), wrongArguments(21)),
                Arguments.of("fragments that are not used", unusedFragments(20), unusedFragments(21)),
                Arguments.of("fragments that are not defined", unknownSpreads(20), unknownSpreads(21)),
                Arguments.of("variables that are not used", unusedVariables(20), unusedVariables(21)),
                Arguments.of("objects", costs("id"), costs("... on Snapshot { database { id } }")));
    }

    private static String many(int count, String text) {
        return IntStream.range(0, count)
                .mapToObj(i -> text.replace("#", Integer.toString(i)))
                .collect(Collectors.joining(" "));
    }

    private static String wrongFields(int count) {
        return "{ database(id: \"" + ID + "\") { id: arn # no: field\n c : engine " + many(count, "x#") + " } }";
    }

    private static String wrongArguments(int count) {
        return "{ database(id: \"" + ID + "\" " + many(count, "x#: {y#: 1}") + ") { id @include(if: true) } }";
    }

    private static String unusedFragments(int count) {
        return "{ ...used ...used } fragment used on Query { __typename } "
                + many(count + 1, "fragment f# on Query { __typename }");
    }

    private static String unknownSpreads(int count) {
        return "{ ...later __typename " + many(count, "...f#") + " } fragment later on Query { __typename }";
    }

    private static String unusedVariables(int count) {
        return "query a(" + many(15, "$v#: Boolean = true") + ") { ...used } query b(" + many(15, "$v#: Boolean = true")
                + " "
                + many(count, "$u#: Int") + ") { ...used } fragment used on Query { "
                + many(15, "__typename @skip(if: $v#)") + " }";
    }

    @ParameterizedTest
    @MethodSource("bounds")
    void aRequestAtTheBoundIsTakenAndOnePastItIsRefused(String what, String at, String past) {
        Map<String, Object> taken = errors(post(at, Map.of("ids", WRONG_IDS)));

        ValidatableResponse refused = post(past, Map.of("ids", WRONG_IDS));

        assertThat(taken).doesNotContainEntry("code", "RESOURCE_EXHAUSTED");
        refused.body("data", nullValue())
                .body("errors[0].extensions.code", equalTo("RESOURCE_EXHAUSTED"))
                .body("errors[0].extensions.retryable", equalTo(false))
                .body("errors[0].message", containsString(what));
    }

    @ParameterizedTest
    @MethodSource("bounds")
    void onAWebSocketTheBoundsAreTheSame(String what, String at, String past) {
        try (SocketClient client = SocketClient.open()) {
            client.subscribe("at", at, Map.of("ids", WRONG_IDS));
            Map<String, Object> taken = client.next();
            if (!"error".equals(taken.get("type"))) {
                assertThat(client.next()).containsEntry("type", "complete");
            }

            client.subscribe("past", past, Map.of("ids", WRONG_IDS));
            Map<String, Object> refused = client.next();

            assertThat(taken.toString()).doesNotContain("RESOURCE_EXHAUSTED");
            assertThat(refused).containsEntry("id", "past").containsEntry("type", "error");
            assertThat(refused.get("payload")).asString().contains("code=RESOURCE_EXHAUSTED", "retryable=false", what);
            client.subscribe("next", "{ __typename }", Map.of());
            assertThat(client.next()).containsEntry("id", "next").containsEntry("type", "next");
        }
    }

    @Test
    void aListInVariablesHasABound() {
        String query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";

        Map<String, Object> taken = errors(post(query, Map.of("ids", WRONG_IDS)));
        ValidatableResponse refused = post(query, Map.of("ids", Collections.nCopies(1_001, "")));

        assertThat(taken).doesNotContainEntry("code", "RESOURCE_EXHAUSTED");
        refused.body("errors[0].extensions.code", equalTo("RESOURCE_EXHAUSTED"))
                .body("errors[0].message", containsString("elements"));
    }

    @Test
    void whatIsBehindAListThatIsTooLongIsNotRead() {
        String body = "{\"query\": \"{ __typename }\", \"variables\": {\"ids\": [" + "1,".repeat(1_001) + "@";

        ValidatableResponse refused = given().contentType(ContentType.JSON)
                .body(body)
                .post("/graphql")
                .then();

        refused.statusCode(200)
                .body("errors[0].extensions.code", equalTo("RESOURCE_EXHAUSTED"))
                .body("errors[0].message", equalTo("a list has more than 1000 elements"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2 | query @skip(if: false) { ...on Query { a: __typename @include(if: true) ...f } } fragment f on Query { b: __typename }",
                "4 | query($on: ID!, $x: [ID!]! = [\"a\" b]) { user(id: $on) { on: id } nodes(ids: $x) { __typename } }"
            })
    void wordsThatAreNoFieldsAreNotCounted(int fields, String query) {
        String full = query + " fragment rest on Database { " + "id ".repeat(250 - fields) + "}";

        Map<String, Object> answer = errors(post(full, Map.of("on", "rds:none")));

        assertThat(answer).doesNotContainEntry("code", "RESOURCE_EXHAUSTED");
    }

    @Test
    void theCostFollowsTheVariablesOfEachRequest() {
        String query = "query($first: Int) { a: snapshots(first: $first) { nodes { database { tags { key } } } }"
                + " b: snapshots(first: $first) { nodes { database { tags { key } } } } }";

        Map<String, Object> small = errors(post(query, Map.of("first", 5)));
        ValidatableResponse large = post(query, Map.of("first", 1_000));

        assertThat(small).doesNotContainEntry("code", "RESOURCE_EXHAUSTED");
        large.body("errors[0].extensions.code", equalTo("RESOURCE_EXHAUSTED"))
                .body("errors[0].message", containsString("objects"));
    }

    @Test
    void whatGraphiQlAsksAboutTheSchemaIsLetThrough() {
        ValidatableResponse answer = post(IntrospectionQuery.INTROSPECTION_QUERY, Map.of());

        answer.body("errors", nullValue()).body("data.__schema.queryType.name", equalTo("Query"));
    }

    static Stream<String> attacks() {
        return Stream.of(
                // Fragments that double at each level: two to the power of thirty fields.
                "{ ...f0 } "
                        + IntStream.range(0, 30)
                                .mapToObj(
                                        i -> "fragment f" + i + " on Query { ...f" + (i + 1) + " ...f" + (i + 1) + " }")
                                .collect(Collectors.joining(" "))
                        + " fragment f30 on Query { __typename }",
                // Validation compares the same fields with each other.
                "{ " + "__typename ".repeat(1_500) + "}",
                "{ " + "users { nodes { id } } ".repeat(200) + "}",
                // The schema is a graph: each level asks for all of it.
                "{ __schema { types { fields { type { fields { type { fields { type { name } } } } } } } } }",
                "query " + "@skip(if: false) ".repeat(100) + "{ __typename }",
                "{ __typename " + "@include(if: true) ".repeat(500) + "}",
                "{ users(filter: " + "{email: ".repeat(100) + "}".repeat(100) + ") { nodes { id } } }",
                "{".repeat(10_000),
                "[".repeat(10_000),
                "{ a(b: " + "[".repeat(5_000),
                "query q" + "(".repeat(10_000),
                "mutation { " + "deleteUser(id: \"x\") { id } ".repeat(100) + "}");
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void attacksAreRefused(String document) {
        ValidatableResponse refused = post(document, Map.of());

        refused.body("data", nullValue()).body("errors[0].extensions.code", equalTo("RESOURCE_EXHAUSTED"));
    }

    static Stream<String> wrong() {
        return Stream.of(
                "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }",
                "{ ...a } fragment a on Query { ...a }",
                "subscription { ...a operationProgress(id: \"operation:none\") { id } }",
                "{ users(first: 99999999999999999999) { nodes { id } } }",
                "{ users(first: -2147483649) { nodes { id } } }",
                "{ users(first: 1e400) { nodes { id } } }",
                "\"\"\"",
                "\"\\",
                "{ a(b: \"\\",
                "\u0000",
                "{ usres { nodes { id } } }");
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void whatIsWrongByItselfIsNamedAndNothingIsGuessed(String document) {
        ValidatableResponse refused = post(document, Map.of());

        refused.body("data", nullValue())
                .body("errors[0].extensions.code", equalTo("INVALID_ARGUMENT"))
                .body("errors[0].message", not(containsString("ou mean")));
    }

    @Test
    void oneRequestIsToldOfFiveErrorsAtMost() {
        String query =
                "{ " + IntStream.range(0, 19).mapToObj(i -> "nothing" + i + " ").collect(Collectors.joining()) + "}";

        List<Object> errors = post(query, Map.of()).extract().path("errors");

        assertThat(errors).hasSizeBetween(1, 5);
    }

    @Test
    void jsonNestedWithoutEndIsRefused() throws Exception {
        String body = "{\"query\": \"{ __typename }\", \"variables\": {\"a\": " + "[".repeat(100_000)
                + "]".repeat(100_000) + "}}";

        HttpResponse<String> refused = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + RestAssured.port + "/graphql"))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("INVALID_ARGUMENT").hasSizeLessThan(1_000);
    }

    @Test
    void severalRequestsInOneAreRefused() {
        String body = Json.write(Collections.nCopies(100, Map.of("query", "{ __typename }")));

        ValidatableResponse refused = given().contentType("application/json")
                .body(body)
                .post("/graphql")
                .then();

        refused.statusCode(400).body("errors[0].extensions.code", equalTo("INVALID_ARGUMENT"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded"})
    void whatAPageOfAnotherSiteCanSendWithoutAskingIsRefused(String type) {
        var request = given().config(RestAssured.config()
                        .encoderConfig(EncoderConfig.encoderConfig().encodeContentTypeAs(type, ContentType.TEXT)))
                .contentType(type)
                .body("{\"query\": \"mutation { deleteUser(id: \\\"x\\\") { id } }\"}");

        ValidatableResponse refused = request.post("/graphql").then();

        refused.statusCode(415);
    }

    @Test
    void aMutationByGetIsRefused() {
        ValidatableResponse refused = given().accept("application/json")
                .queryParam("query", "mutation { deleteUser(id: \"x\") { id } }")
                .get("/graphql")
                .then();

        refused.statusCode(405).body("data", nullValue());
    }

    private static String fields(int count) {
        return "{ database(id: \"" + ID + "\") { " + "id ".repeat(count - 1) + "} }";
    }

    /** An odd number: the root and twice the fields of the fragment. */
    private static String fieldsInFragments(int count) {
        return "{ database(id: \"" + ID + "\") { ...f ...f } } fragment f on Database { " + "id ".repeat(count / 2)
                + "}";
    }

    /** Two lists, and as many fields as are still missing. */
    private static String tokens(int count) {
        return "{ nodes(ids: [" + " \"rds:a\"".repeat(490) + "]) { id } __typename b: nodes(ids: ["
                + " \"rds:a\"".repeat(400) + "]) { " + "id ".repeat(count - 24 - 490 - 400) + "} }";
    }

    private static String padded(int length) {
        String query = "{ __typename }";
        return query + " ".repeat(length - query.length());
    }

    private static String nested(int depth) {
        return "{ __type(name: \"User\") { " + "ofType { ".repeat(depth - 2) + "name" + " }".repeat(depth);
    }

    private static String nestedInFragments(int depth) {
        return "{ __type(name: \"User\") { ...f0 } }"
                + IntStream.range(0, depth - 2)
                        .mapToObj(i -> " fragment f" + i + " on __Type { ofType { ...f" + (i + 1) + " } }")
                        .collect(Collectors.joining())
                + " fragment f" + (depth - 2) + " on __Type { name }";
    }

    private static String aliases(int count) {
        return "{ database(id: \"" + ID + "\") { "
                + IntStream.range(0, count).mapToObj(i -> "a" + i + ": id ").collect(Collectors.joining())
                + "} }";
    }

    private static String directives(int count) {
        return "{ database(id: \"" + ID + "\") { " + "id @include(if: true) ".repeat(count) + "} }";
    }

    private static String roots(int count) {
        return "{ " + "__typename ".repeat(count) + "}";
    }

    private static String rootsInFragments(int count) {
        return "{ ...f ... { " + "__typename ".repeat(count - 1) + "} } fragment f on Query { __typename }";
    }

    /** Twenty lists of a thousand nodes, the last of which has a database each where it is one too many. */
    private static String costs(String last) {
        return "query($ids: [ID!]!) { "
                + IntStream.range(0, 19)
                        .mapToObj(i -> "a" + i + ": nodes(ids: $ids) { id } ")
                        .collect(Collectors.joining())
                + "b: nodes(ids: $ids) { " + last + " } }";
    }

    private static ValidatableResponse post(String query, Map<String, ?> variables) {
        return given().contentType("application/json")
                .body(Json.writeUtf8(Map.of("query", query, "variables", variables)))
                .post("/graphql")
                .then()
                .statusCode(200);
    }

    /** The extensions of the first error; none where there is no error. */
    private static Map<String, Object> errors(ValidatableResponse response) {
        List<Map<String, Map<String, Object>>> errors = response.extract().path("errors");
        return errors == null ? Map.of() : Objects.requireNonNull(errors.get(0).get("extensions"));
    }
}
