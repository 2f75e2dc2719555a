package io.headgate.http;

import static io.restassured.RestAssured.given;

import io.headgate.localcloud.LocalCloudResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What answers tell browsers to refrain from. */
@QuarkusTest
@WithTestResource(LocalCloudResource.class)
class SecurityHeadersTest {

    @ParameterizedTest
    @ValueSource(strings = {"{\"query\": \"{ __typename }\"}", "{\"query\": \"{ nothing }\"}", "no JSON"})
    void anAnswerIsNeitherGuessedAtNorFramedNorKept(String body) {
        ValidatableResponse response = given().contentType(ContentType.JSON)
                .body(body)
                .post("/graphql")
                .then();

        hasGeneralHeaders(response)
                .header("Cache-Control", "no-store")
                .header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    }

    @Test
    void whatIsNotServedHasThemToo() {
        ValidatableResponse response = given().get("/nothing-is-here").then();

        hasGeneralHeaders(response.statusCode(404));
    }

    @Test
    void noOriginIsNamedUntilOneIsConfigured() {
        ValidatableResponse response = given().header("Origin", "https://app.example.com")
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "content-type")
                .options("/graphql")
                .then();

        response.header("Access-Control-Allow-Origin", (String) null);
    }

    private static ValidatableResponse hasGeneralHeaders(ValidatableResponse response) {
        return response.header("X-Content-Type-Options", "nosniff")
                .header("X-Frame-Options", "DENY")
                .header("Referrer-Policy", "no-referrer");
    }
}
