package io.headgate.session.graphql;

import static io.headgate.GraphQlClient.ask;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.GraphQlClient.Answer;
import io.headgate.localcloud.LocalCloudResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Sessions over GraphQL. */
@QuarkusTest
@WithTestResource(LocalCloudResource.class)
class SessionGraphQlTest {

    private static final String SESSION = "{ user attributes createdAt expiresAt }";
    private static final String CREATE =
            "mutation($input: CreateSessionInput!) { createSession(input: $input) { token session " + SESSION + " } }";
    private static final String READ = "query($token: String!) { session(token: $token) " + SESSION + " }";
    private static final String TOUCH = "mutation($token: String!) { touchSession(token: $token) " + SESSION + " }";
    private static final String REVOKE = "mutation($token: String!) { revokeSession(token: $token) }";
    private static final String REVOKE_ALL = "mutation($user: ID!) { revokeSessions(user: $user) }";

    private final String user = "user-" + UUID.randomUUID();

    @Test
    void sessionLivesFromItsCreationToItsEnd() {
        Answer created = ask(CREATE, Map.of("input", Map.of("user", user, "attributes", Map.of("device", "phone"))));
        Map<String, String> token = Map.of("token", created.text("createSession", "token"));

        assertThat(created.data("createSession", "session", "user")).isEqualTo(user);
        assertThat(created.data("createSession", "session", "attributes")).isEqualTo(Map.of("device", "phone"));
        assertThat(Duration.between(
                        Instant.parse(created.text("createSession", "session", "createdAt")),
                        Instant.parse(created.text("createSession", "session", "expiresAt"))))
                .isBetween(Duration.ofMinutes(59), Duration.ofMinutes(61));
        assertThat(ask(READ, token).data("session")).isEqualTo(created.data("createSession", "session"));
        assertThat(ask(TOUCH, token).text("touchSession", "expiresAt"))
                .isGreaterThanOrEqualTo(created.text("createSession", "session", "expiresAt"));

        assertThat(ask(REVOKE, token).data("revokeSession")).isEqualTo(true);

        assertThat(ask(REVOKE, token).data("revokeSession")).isEqualTo(false);
        assertThat(ask(READ, token).data("session")).isNull();
        assertThat(ask(TOUCH, token).codes()).containsExactly("NOT_FOUND");
    }

    @Test
    void allSessionsOfAUserAreRevoked() {
        String one = create(Map.of("user", user, "ttlSeconds", 60));
        String two = create(Map.of("user", user));

        assertThat(ask(REVOKE_ALL, Map.of("user", user)).data("revokeSessions")).isEqualTo(2);

        assertThat(ask(READ, Map.of("token", one)).data("session")).isNull();
        assertThat(ask(READ, Map.of("token", two)).data("session")).isNull();
        assertThat(ask(REVOKE_ALL, Map.of("user", user)).data("revokeSessions")).isEqualTo(0);
    }

    @Test
    void whatIsWrongIsTold() {
        assertThat(ask(CREATE, Map.of("input", Map.of("user", "")))).satisfies(SessionGraphQlTest::isInvalid);
        assertThat(ask(CREATE, Map.of("input", Map.of("user", user, "ttlSeconds", 0))))
                .satisfies(SessionGraphQlTest::isInvalid);
        assertThat(ask(CREATE, Map.of("input", Map.of("user", user, "attributes", "text"))))
                .satisfies(SessionGraphQlTest::isInvalid);
    }

    @Test
    void attributesKeepTheirNumbersWhicheverWayTheyCame() {
        Answer created = ask(
                "mutation { createSession(input: {user: \"" + user
                        + "\", attributes: {i: 1, d: 1.50, n: null, l: [12345678901234567890]}}) { token session { attributes } } }");

        Answer read = ask(READ, Map.of("token", created.text("createSession", "token")));

        assertThat(read.data("session", "attributes"))
                .hasToString("{i=1, d=1.50, n=null, l=[12345678901234567890]}")
                .isEqualTo(created.data("createSession", "session", "attributes"));
    }

    private static String create(Map<String, ?> input) {
        return ask(CREATE, Map.of("input", input)).text("createSession", "token");
    }

    private static void isInvalid(Answer answer) {
        assertThat(answer.codes()).containsExactly("INVALID_ARGUMENT");
    }
}
