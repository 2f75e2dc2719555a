package io.headgate.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.graphql.GraphQlRequest.Way;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedDocumentsTest {

    private static final String APOLLO = """
            {"format": "apollo-persisted-query-manifest", "version": 1, "operations": [
              {"id": "abc", "name": "A", "type": "query", "body": "query A { __typename }"},
              {"id": "sha256:def", "name": "B", "type": "query", "body": "query B { __typename }"}]}
            """;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"abc", "sha256:abc"})
    void documentRunsByItsId(String id) throws IOException {
        TrustedDocuments documents = documents(APOLLO);

        String document = document(documents, asked(null, id));

        assertThat(document).isEqualTo("query A { __typename }");
    }

    @Test
    void plainMapIsAManifestToo() throws IOException {
        TrustedDocuments documents = documents("{\"one\": \"{ __typename }\"}");

        String document = document(documents, asked(null, "one"));

        assertThat(document).isEqualTo("{ __typename }");
    }

    @Test
    void documentRunsByItsExactTextAlone() throws IOException {
        TrustedDocuments documents = documents(APOLLO);

        assertThat(document(documents, asked("query B { __typename }", null))).isEqualTo("query B { __typename }");
        assertRefused(ErrorCode.FORBIDDEN, documents, asked("query B {  __typename }", null));
        assertRefused(ErrorCode.FORBIDDEN, documents, asked("{ users { totalCount } }", "unknown"));
    }

    @Test
    void unknownIdIsToldAsApollosClientsExpect() throws IOException {
        TrustedDocuments documents = documents(APOLLO);

        assertRefused(ErrorCode.PERSISTED_QUERY_NOT_FOUND, documents, asked(null, "unknown"));
    }

    @Test
    void idOfAnotherDocumentIsRefused() throws IOException {
        TrustedDocuments documents = documents(APOLLO);

        assertRefused(ErrorCode.INVALID_ARGUMENT, documents, asked("query B { __typename }", "abc"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"a\": 1}",
                "{\"format\": \"apollo-persisted-query-manifest\", \"version\": 2, \"operations\": []}",
                "{\"format\": \"apollo-persisted-query-manifest\", \"version\": 1}",
                "{\"format\": \"apollo-persisted-query-manifest\", \"version\": 1, \"operations\": [{\"id\": \"a\"}]}",
                "{\"format\": \"apollo-persisted-query-manifest\", \"version\": 1, \"operations\": [7]}",
                "{\"format\": \"apollo-persisted-query-manifest\", \"version\": 1, \"operations\": ["
                        + "{\"id\": \"a\", \"body\": \"{ a }\"}, {\"id\": \"a\", \"body\": \"{ b }\"}]}"
            })
    void fileThatIsNoManifestIsRefusedByTheNameOfTheProperty(String content) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> documents(content))
                .withMessageStartingWith("headgate.http.trusted-documents");
    }

    @Test
    void missingFileIsRefusedByTheNameOfTheProperty() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TrustedDocuments.of(directory.resolve("none")))
                .withMessageStartingWith("headgate.http.trusted-documents");
    }

    private static void assertRefused(ErrorCode code, TrustedDocuments documents, Asked asked) {
        assertThatThrownBy(() -> document(documents, asked))
                .isInstanceOfSatisfying(
                        GatewayException.class,
                        refused -> assertThat(refused.code()).isEqualTo(code));
    }

    private static String document(TrustedDocuments documents, Asked asked) {
        return documents.document(asked).await().atMost(Duration.ofSeconds(10));
    }

    private static Asked asked(@Nullable String query, @Nullable String id) {
        return new Asked(query, id, null, null, Map.of(), Map.of(), Way.GET);
    }

    private TrustedDocuments documents(String content) throws IOException {
        return TrustedDocuments.of(Files.writeString(directory.resolve("manifest.json"), content));
    }
}
