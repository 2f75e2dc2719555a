package io.headgate.security;

import static org.assertj.core.api.Assertions.assertThat;

import graphql.introspection.IntrospectionQuery;
import io.headgate.GatewayProcess;
import io.headgate.json.Json;
import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalCloudResource;
import io.headgate.localcloud.LocalIssuer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Each field of the schema, asked for in each role: docs/authorization.md is what the packaged gateway does. */
class AuthorizationIT {

    private static final Path COMMITTED = Path.of("docs", "authorization.md");
    private static final Set<Integer> DENIED = Set.of(401, 403);

    private static final String HEAD = """
            # Who may use which field

            Written by a test that asks a running gateway for each field in each role, and held against it by the same test. A request
            that selects a field that its caller may not use is refused as a whole, before anything of it is executed. What the roles
            are is in [security.md](security.md).

            """;

    private static final LocalIssuer ISSUER = LocalIssuer.start(0);

    @SuppressWarnings("NullAway.Init")
    private static GatewayProcess gateway;

    @BeforeAll
    static void start() {
        Map<String, String> configuration = new HashMap<>(LocalCloudResource.configuration(LocalCloud.shared()));
        configuration.putAll(ISSUER.configuration());
        configuration.put("headgate.graphql.introspection", "true");
        gateway = GatewayProcess.start(configuration);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        ISSUER.close();
    }

    @Test
    void eachFieldIsForTheRolesThatTheTableSays() throws IOException {
        Map<String, String[]> headers = new LinkedHashMap<>();
        headers.put("nobody", new String[0]);
        for (Role role : Role.values()) {
            headers.put(role.toString(), new String[] {
                "Authorization", "Bearer " + ISSUER.token("someone", role.toString())
            });
        }
        StringBuilder table = new StringBuilder(HEAD);
        table.append("| field | ").append(String.join(" | ", headers.keySet())).append(" |\n|---|---|---|---|---|\n");
        FieldRequests requests = new FieldRequests(introspection(Objects.requireNonNull(headers.get("reader"))));

        requests.all().forEach((field, request) -> {
            table.append("| `").append(field).append("` |");
            headers.values().forEach(header -> table.append(isAllowed(request, header) ? " yes |" : " no |"));
            table.append('\n');
        });

        if (Boolean.getBoolean("headgate.authorization.write")) {
            Files.writeString(COMMITTED, table);
        }
        assertThat(Files.readString(COMMITTED))
                .as("docs/authorization.md; write it anew with -Dheadgate.authorization.write=true")
                .isEqualTo(table.toString());
    }

    private static boolean isAllowed(String request, String... headers) {
        HttpResponse<String> response = gateway.endpoint().send(request, headers);
        boolean isDenied = DENIED.contains(response.statusCode());
        assertThat(response.body().contains("UNAUTHENTICATED")
                        || response.body().contains("FORBIDDEN"))
                .as(request + " " + response.body())
                .isEqualTo(isDenied);
        assertThat(response.body()).as(request).doesNotContain("INTERNAL");
        return !isDenied;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> introspection(String... headers) {
        HttpResponse<String> response = gateway.endpoint().send(IntrospectionQuery.INTROSPECTION_QUERY, headers);
        return (Map<String, Object>) Objects.requireNonNull(
                ((Map<String, Object>) Objects.requireNonNull(Json.read(response.body()))).get("data"));
    }

    @Test
    void aNodeNeedsTheRoleOfItsType() {
        String[] reader = {"Authorization", "Bearer " + ISSUER.token("someone", "reader")};

        List<HttpResponse<String>> responses = List.of(
                gateway.endpoint().send("{ node(id: \"rds:mydb\") { id } }", reader),
                gateway.endpoint().send("{ nodes(ids: [\"dynamodb:Users\"]) { __typename } }", reader));

        assertThat(responses)
                .allSatisfy(response -> assertThat(response.body())
                        .contains("\"code\":\"FORBIDDEN\"")
                        .doesNotContain("rds:mydb\"}"));
    }

    @Test
    void nothingOfARefusedMutationIsDone() {
        String[] editor = {"Authorization", "Bearer " + ISSUER.token("someone", "editor")};

        HttpResponse<String> response = gateway.endpoint()
                .send(
                        "mutation { createUser(input: {store: POSTGRES, email: \"half@example.com\", name: \"Half\"}) { id }"
                                + " deleteSnapshot(id: \"rds-snapshot:none\") { id } }",
                        editor);

        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(gateway.endpoint()
                        .send("{ userByEmail(email: \"half@example.com\") { id } }", editor)
                        .body())
                .isEqualTo("{\"data\":{\"userByEmail\":null}}");
    }
}
