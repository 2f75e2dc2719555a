package io.headgate.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.GraphQlClient;
import io.headgate.localcloud.LocalCloudResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What was given in a wrong document or wrong variables, which may be a password, is not said again. */
@QuarkusTest
@WithTestResource(LocalCloudResource.class)
class RefusedValuesTest {

    private static final String SECRET = "hunter2";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "mutation { createDatabase(input: {name: \"a\", engine: \"mysql\", masterPassword: \"hunter2\"}) { id } } | argument 'input' is missing required fields '[instanceClass]'",
                "mutation { createDatabase(input: {name: \"a\", engine: \"mysql\", instanceClass: \"b\", masterPasword: \"hunter2\"}) { id } } | argument 'input' contains a field not in 'CreateDatabaseInput': 'masterPasword'",
                "mutation { createDatabase(input: {name: \"a\", engine: \"mysql\", instanceClass: \"b\", masterPassword: [\"hunter2\"]}) { id } } | 'input.masterPassword' is not a valid 'String'",
                "mutation { createDatabase(input: {name: \"a\", engine: \"mysql\", instanceClass: \"b\", masterPassword: hunter2}) { id } } | 'input.masterPassword' is not a valid 'String'",
                "mutation { createDatabase(input: {name: \"' is not a valid 'x\", masterPassword: \"hunter2\"}) { id } } | argument 'input' is missing required fields",
                "mutation { createDatabase(input: \"hunter2\") { id } } | argument 'input' must be an object type",
                "mutation($p: Int = \"hunter2\") { deleteSession(id: $p) } | Bad default for type 'Int'",
                "mutation { createDatabase(input: {masterPassword: \"hunter2 | Invalid syntax at line 1 column 51",
                "mutation { createDatabase(input: {masterPassword \"hunter2\"}) { id } } | Invalid syntax with offending token at line 1 column 50",
                "mutation { createDatabase(input: {masterPassword: \"hunter2\"}) { id } } \"hunter2\" | Invalid syntax with offending token at line 1 column 72",
                "mutation { createDatabase(input: {masterPassword: \"\\uD800hunter2\"}) { id } } | Invalid unicode encountered"
            })
    void documentIsRefusedWithoutWhatItHeld(String document, String expected) {
        assertRefused(GraphQlClient.ask(document), expected);
    }

    static List<Map<String, @Nullable Object>> inputs() {
        return List.of(
                Map.of("name", "a", "masterPassword", SECRET),
                Map.of("name", "a", "engine", "mysql", "instanceClass", "b", "masterPasword", SECRET),
                Map.of("name", "a", "engine", "mysql", "instanceClass", "b", "masterPassword", List.of(SECRET)),
                Map.of("name", "a", "engine", "mysql", "instanceClass", "b", "readers", SECRET),
                Map.of("name", "a", "engine", "mysql", "instanceClass", "b", "multiAz", SECRET));
    }

    @ParameterizedTest
    @MethodSource("inputs")
    void variablesAreRefusedWithoutWhatTheyHeld(Map<String, @Nullable Object> input) {
        assertRefused(
                GraphQlClient.ask(
                        "mutation($input: CreateDatabaseInput!) { createDatabase(input: $input) { id } }",
                        Map.of("input", input)),
                "");
    }

    private static void assertRefused(GraphQlClient.Answer answer, String expected) {
        assertThat(answer.messages()).isNotEmpty().anyMatch(message -> message.contains(expected));
        assertThat(answer.response().toString()).doesNotContain(SECRET);
    }
}
