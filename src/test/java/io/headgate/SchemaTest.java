package io.headgate;

import static io.headgate.GraphQlClient.ask;
import static org.assertj.core.api.Assertions.assertThat;

import graphql.introspection.IntrospectionQuery;
import graphql.introspection.IntrospectionResultToSchema;
import graphql.language.AstPrinter;
import io.headgate.localcloud.LocalCloudResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The running server's schema is the one in schema.graphql. */
@QuarkusTest
@WithTestResource(LocalCloudResource.class)
class SchemaTest {

    private static final Path COMMITTED = Path.of("schema.graphql");

    @Test
    @SuppressWarnings("unchecked")
    void theCommittedSchemaIsTheServedOne() throws IOException {
        Map<String, Object> introspection = (Map<String, Object>) Objects.requireNonNull(
                ask(IntrospectionQuery.INTROSPECTION_QUERY).response().get("data"));

        String served =
                AstPrinter.printAst(new IntrospectionResultToSchema().createSchemaDefinition(introspection)) + "\n";

        if (Boolean.getBoolean("headgate.schema.write")) {
            Files.writeString(COMMITTED, served);
        }
        assertThat(Files.readString(COMMITTED))
                .as("schema.graphql; write it anew with ./mvnw test -Dtest=SchemaTest -Dheadgate.schema.write=true,"
                        + " and record in CHANGELOG.md what clients must know")
                .isEqualTo(served);
    }
}
