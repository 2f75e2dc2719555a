package io.headgate.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import io.headgate.localcloud.LocalCloudResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.config.DecoderConfig;
import io.restassured.config.EncoderConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** GraphQL over HTTP at {@code /graphql}. */
@QuarkusTest
@WithTestResource(LocalCloudResource.class)
class GraphQlRouteTest {

    private static final String JSON = "application/json";
    private static final String GRAPHQL = "application/graphql-response+json";
    private static final String TYPENAME = "{\"query\": \"{ __typename }\"}";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*/*                                                          | application/json",
                "application/json                                             | application/json",
                "application/graphql-response+json                            | application/graphql-response+json",
                "application/graphql-response+json, application/json;q=0.9    | application/graphql-response+json",
                "application/graphql-response+json;q=0.5, application/json    | application/json",
                "text/html, application/graphql-response+json; charset=utf-8  | application/graphql-response+json"
            })
    void theAnswerIsOfTheTypeThatTheClientWants(String accept, String expected) {
        given().contentType(JSON)
                .accept(accept)
                .body(TYPENAME)
                .post("/graphql")
                .then()
                .statusCode(200)
                .header("Content-Type", expected + "; charset=utf-8")
                .body("data.__typename", equalTo("Query"));
    }

    @Test
    void noOtherTypeIsMade() {
        given().contentType(JSON)
                .accept("text/html")
                .body(TYPENAME)
                .post("/graphql")
                .then()
                .statusCode(406);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ nothing }",
                "{ users",
                "query A { __typename } query B { __typename }",
                "query($a: Int!) { __typename }"
            })
    void whatCantBeExecutedIs400WhereTheTypeSaysSoAnd200Otherwise(String query) {
        RequestSpecification request = given().contentType(JSON).body("{\"query\": \"" + query + "\"}");

        request.accept(GRAPHQL)
                .post("/graphql")
                .then()
                .statusCode(400)
                .body("errors[0].extensions.code", equalTo("INVALID_ARGUMENT"));
        given().contentType(JSON)
                .body("{\"query\": \"" + query + "\"}")
                .accept(JSON)
                .post("/graphql")
                .then()
                .statusCode(200)
                .body("errors[0].message", notNullValue());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "{}",
                "{\"query\": 1}",
                "{\"query\": \"\"}",
                "{\"query\": \"{ __typename }\", \"variables\": []}",
                "{\"query\": \"{ __typename }\", \"operationName\": 7}",
                "{\"query\": \"{ __typename }\", \"query\": \"{ users }\"}",
                "{\"query\": \"{ __typename }\"} {}"
            })
    void whatIsNoRequestIs400(String body) {
        given().contentType(JSON)
                .body(body)
                .post("/graphql")
                .then()
                .statusCode(400)
                .body("errors[0].extensions.code", equalTo("INVALID_ARGUMENT"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"application/json; charset=utf-8", "APPLICATION/JSON", "application/json, application/json"})
    void aBodyOfJsonMayBeDeclaredInManyWays(String contentType) {
        given().config(asIs(contentType))
                .header("Content-Type", contentType)
                .body(TYPENAME)
                .post("/graphql")
                .then()
                .statusCode(200);
    }

    @Test
    void otherBodiesAre415() {
        given().contentType("text/plain").body(TYPENAME).post("/graphql").then().statusCode(415);
    }

    @Test
    void otherEncodingsThanUtf8Are415() {
        given().header("Content-Type", "application/json; charset=iso-8859-1")
                .body(TYPENAME.getBytes(StandardCharsets.ISO_8859_1))
                .post("/graphql")
                .then()
                .statusCode(415);
    }

    @Test
    void bodyMayBeADocumentAlone() {
        given().config(asIs("application/graphql"))
                .header("Content-Type", "application/graphql")
                .body("{ # a comment\n __typename # and another }\n}".getBytes(StandardCharsets.UTF_8))
                .post("/graphql")
                .then()
                .statusCode(200)
                .body("data.__typename", equalTo("Query"));
    }

    @Test
    void documentThatIsNotUtf8Is400() {
        given().config(asIs("application/graphql"))
                .header("Content-Type", "application/graphql")
                .body(new byte[] {'{', (byte) 0xff, '}'})
                .post("/graphql")
                .then()
                .statusCode(400);
    }

    @ParameterizedTest
    @CsvSource({"%2B, EXECUTED", "+, 'DateTime is a text'"})
    void plusIsASpaceInAUrlUnlessItIsEscaped(String plus, String expected) {
        String query =
                "query=query($a:DateTime!)%7B+users(first:1,filter:%7BcreatedAt:%7Bgte:$a%7D%7D)%7B+totalCount+%7D%7D";
        String answer = given().urlEncodingEnabled(false)
                .accept(JSON)
                .get("/graphql?" + query + "&variables=%7B%22a%22:%222026-01-31T23:59:59" + plus + "01:00%22%7D")
                .then()
                .extract()
                .asString();

        assertThat(answer).contains(expected.equals("EXECUTED") ? "totalCount" : expected);
    }

    @Test
    void otherMethodsAre405() {
        given().contentType(JSON)
                .body(TYPENAME)
                .put("/graphql")
                .then()
                .statusCode(405)
                .header("Allow", "GET, POST");
    }

    @Test
    void bodiesBeyondTheBoundAre413() {
        given().contentType(JSON)
                .body("{\"query\": \"" + " ".repeat(2 * 1024 * 1024) + "\"}")
                .post("/graphql")
                .then()
                .statusCode(413)
                .body("errors[0].message", containsString("headgate.http.max-body-size"));
    }

    @Test
    void queriesAreAnsweredOnGet() {
        given().accept(JSON)
                .queryParam("query", "query($a: ID!) { user(id: $a) { id } }")
                .queryParam("variables", "{\"a\": \"dXNlcjpwOmE\"}")
                .get("/graphql")
                .then()
                .statusCode(200)
                .body("data.user", equalTo(null));
    }

    @Test
    void mutationsAreNotMadeOnGet() {
        given().accept(JSON)
                .queryParam("query", "mutation { deleteUser(id: \"dXNlcjpwOmE\") { id } }")
                .get("/graphql")
                .then()
                .statusCode(405)
                .header("Allow", "POST")
                .body("errors[0].message", containsString("POST"));
    }

    @Test
    void lineBreaksAndCommentsInDocumentsStay() {
        given().contentType(JSON)
                .body("{\"query\": \"{ # a comment\\n __typename }\"}")
                .post("/graphql")
                .then()
                .statusCode(200)
                .body("data.__typename", equalTo("Query"));
    }

    @Test
    void largeAnswersAreCompressedForThoseWhoAcceptIt() {
        String large = "{\"query\": \"query($ids: [ID!]!) { nodes(ids: $ids) { id } }\", \"variables\": {\"ids\": ["
                + String.join(", ", Collections.nCopies(300, "\"rds:none\"")) + "]}}";

        assertThat(encoding(large, "gzip")).isEqualTo("gzip");
        assertThat(encoding(large, "identity")).isNull();
        assertThat(encoding(TYPENAME, "gzip")).isNull();
    }

    /** Sends a body under exactly this type. */
    private static RestAssuredConfig asIs(String contentType) {
        return RestAssured.config()
                .encoderConfig(EncoderConfig.encoderConfig()
                        .encodeContentTypeAs(contentType, ContentType.TEXT)
                        .appendDefaultContentCharsetToContentTypeIfUndefined(false));
    }

    private static @Nullable String encoding(String body, String accepted) {
        return given().config(RestAssured.config()
                        .decoderConfig(DecoderConfig.decoderConfig().noContentDecoders()))
                .contentType(JSON)
                .header("Accept-Encoding", accepted)
                .body(body)
                .post("/graphql")
                .then()
                .statusCode(200)
                .extract()
                .header("Content-Encoding");
    }
}
