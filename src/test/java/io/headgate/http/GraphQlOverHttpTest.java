package io.headgate.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.headgate.localcloud.LocalCloudResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the audit suite of npm's {@code graphql-http} asks, as far as {@link GraphQlRouteTest} does not. */
@QuarkusTest
@WithTestResource(LocalCloudResource.class)
class GraphQlOverHttpTest {

    private static final String JSON = "application/json";
    private static final String GRAPHQL = "application/graphql-response+json";
    private static final String TYPE = "query Type($name: String!) { __type(name: $name) { name } }";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'query': '{ __typename }', 'variables': null",
                "'query': '{ __typename }', 'operationName': null",
                "'query': '{ __typename }', 'extensions': null",
                "'query': '{ __typename }', 'extensions': {'some': 'value'}",
                "'query': 'query Query { __typename }', 'operationName': 'Query'",
                "'query': '" + TYPE + "', 'variables': {'name': 'sometype'}",
                "'query': '{ __type(name: \\\"Run\uD83C\uDFC3Swim\uD83C\uDFCA\\\") { name } }'"
            })
    void whatIsARequestIsExecuted(String members) {
        for (String accept : new String[] {JSON, GRAPHQL}) {
            post(accept, members)
                    .statusCode(200)
                    .contentType(startsWith(accept))
                    .body("errors", nullValue());
        }
    }

    @ParameterizedTest
    @CsvSource({"query", "operationName", "variables", "extensions"})
    void whatIsOfTheWrongKindIs400(String parameter) {
        for (String value : new String[] {"0", "false", "['array']", "{'obj': 'ect'}", "'string'"}) {
            boolean isRight = value.startsWith("'") ? isText(parameter) : value.startsWith("{") && !isText(parameter);
            if (!isRight) {
                String query = parameter.equals("query") ? "" : "'query': '{ __typename }', ";

                post(JSON, query + "'" + parameter + "': " + value)
                        .statusCode(400)
                        .body("errors[0].message", containsString(parameter));
            }
        }
    }

    private static boolean isText(String parameter) {
        return parameter.equals("query") || parameter.equals("operationName");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"application/json | 200", "application/graphql-response+json | 400"})
    void whatCantBeExecutedHasNoData(String accept, int status) {
        for (String members : new String[] {
            "'query': '{'",
            "'query': '{ 8f31403dfe404bccbb0e835f2629c6a7 }'",
            "'query': 'query CoerceFailure($id: ID!){ __typename }', 'variables': {'id': null}"
        }) {
            post(accept, members).statusCode(status).body("$", not(hasKey("data")));
        }
    }

    @Test
    void variablesAreJsonInAUrl() {
        for (String accept : new String[] {JSON, GRAPHQL}) {
            given().accept(accept)
                    .queryParam("query", TYPE)
                    .queryParam("variables", "{\"name\": \"sometype\"}")
                    .get("/graphql")
                    .then()
                    .statusCode(200)
                    .body("errors", nullValue());
        }
    }

    @Test
    void bodyOfNoTypeIs415() {
        given().noContentType()
                .body("{\"query\": \"{ __typename }\"}".getBytes(StandardCharsets.UTF_8))
                .post("/graphql")
                .then()
                .statusCode(415);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Sec-Fetch-Mode            | cors             | 200",
                "Sec-Fetch-Mode            | same-origin      | 200",
                "Sec-Fetch-Mode            | no-cors          | 400",
                "Sec-Fetch-Mode            | navigate         | 400",
                "GraphQL-Require-Preflight | 1                | 200",
                "Content-Type              | application/json | 200",
                "Content-Type              | text/plain       | 400",
                "Accept-Language           | en               | 400"
            })
    void aGetThatAPageCanCauseIsNotAnswered(String header, String value, int status) {
        given().header(header, value)
                .queryParam("query", "{ __typename }")
                .get("/graphql")
                .then()
                .statusCode(status);
    }

    @Test
    void whatABrowserSaysOfAGetCountsMoreThanItsAccept() {
        given().header("Sec-Fetch-Mode", "no-cors")
                .accept(JSON)
                .queryParam("query", "{ __typename }")
                .get("/graphql")
                .then()
                .statusCode(400)
                .body("errors[0].extensions.code", equalTo("INVALID_ARGUMENT"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{ nothing }", "queryy { __typename }", "{ alias^: __typename }", "{ __typename @deprecated }"})
    void errorsDoNotTellWhichLibraryFoundThem(String query) {
        post(JSON, "'query': '" + query + "'")
                .body("errors[0].message", not(containsString("Validation error")))
                .body("errors[0].message", not(containsString("ANTLR")));
    }

    @Test
    void noSchemaIsServedAsAFile() {
        given().get("/graphql/schema.graphql").then().statusCode(404).body(equalTo(""));
    }

    /** Members of a JSON object, with quotes that need no escapes. */
    private static ValidatableResponse post(String accept, String members) {
        RequestSpecification request =
                given().contentType("application/json; charset=utf-8").accept(accept);
        return request.body("{" + members.replace('\'', '"') + "}")
                .post("/graphql")
                .then();
    }
}
