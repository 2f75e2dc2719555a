package io.headgate.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.audit.AuditRecord.Field;
import io.headgate.audit.AuditRecord.Operation;
import io.headgate.audit.AuditRecord.Outcome;
import io.headgate.audit.AuditRecord.Transport;
import io.headgate.json.Json;
import io.headgate.security.Caller;
import io.headgate.security.Role;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a record looks like, and how many there are. */
class AuditLogTest {

    private static final Instant NOW = Instant.parse("2026-11-25T10:20:30.123456Z");
    private static final int REFUSALS_PER_MINUTE = 3;

    private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
    private final AuditLog log = new AuditLog(
            () -> REFUSALS_PER_MINUTE, () -> NOW, lines::add, () -> CompletableFuture.completedFuture(null));

    @Test
    void aMutationSaysWhoDidWhatWhenAndHowItEnded() {
        log.add(new AuditRecord(
                new Caller("billing", Set.of(Role.EDITOR), true, null),
                Transport.WEBSOCKET,
                new Operation(
                        "mutation",
                        "Move",
                        List.of(
                                new Field("createUser", List.of(), "dXNlcjpwOjE", null),
                                new Field("deleteUser", List.of("dXNlcjpkOjE"), null, "CONFLICT"))),
                Outcome.FAILED,
                List.of("CONFLICT"),
                null,
                "0af7651916cd43dd8448eb211c80319c"));

        Map<String, Object> added = only();
        assertThat(String.valueOf(added.remove("id"))).matches("[0-9a-f-]{36}");
        assertThat(added)
                .isEqualTo(Map.ofEntries(
                        Map.entry("timestamp", "2026-11-25T10:20:30.123456Z"),
                        Map.entry("loggerName", "headgate.audit"),
                        Map.entry("outcome", "FAILED"),
                        Map.entry("caller", "billing"),
                        Map.entry("roles", List.of("editor", "reader")),
                        Map.entry("transport", "websocket"),
                        Map.entry("operation", "mutation"),
                        Map.entry("operationName", "Move"),
                        Map.entry(
                                "fields",
                                List.of(
                                        Map.of("name", "createUser", "result", "dXNlcjpwOjE"),
                                        Map.of(
                                                "name",
                                                "deleteUser",
                                                "ids",
                                                List.of("dXNlcjpkOjE"),
                                                "code",
                                                "CONFLICT"))),
                        Map.entry("codes", List.of("CONFLICT")),
                        Map.entry("traceId", "0af7651916cd43dd8448eb211c80319c")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"billing", "auth0|5f7c8ec7c33c6c004bbafe82", "client@clients", "system:serviceaccount:a:b"})
    void aCallerThatIsNoPersonsNameIsNamed(String caller) {
        log.addRefused(refusal(caller));

        assertThat(only()).containsEntry("caller", caller);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ada@example.com", "Ada Lovelace", "Łukasz", "a\",\n\"outcome\":\"SUCCEEDED", "\u2028", ""})
    void aCallerThatCouldBeAPersonsNameIsNotReadable(String caller) {
        log.addRefused(refusal(caller));

        assertThat(lines).hasSize(1).noneMatch(line -> line.contains("\n"));
        assertThat(String.valueOf(only().get("caller"))).matches("sha256:[0-9a-f]{64}");
    }

    @Test
    void idsOfUsersWhoseKeyIsAnAddressAreNotReadable() {
        String id = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("user:d:ada@example.com".getBytes(StandardCharsets.UTF_8));
        log.add(new AuditRecord(
                Caller.ANYBODY,
                Transport.HTTP,
                new Operation(
                        "mutation", "m".repeat(500), List.of(new Field("deleteUser", List.of(id, "?"), id, null))),
                Outcome.SUCCEEDED,
                List.of(),
                null,
                null));

        assertThat(lines).noneMatch(line -> line.contains(id));
        assertThat(lines.get(0)).contains("\"ids\":[\"sha256:", "\"?\"]").hasSizeLessThan(700);
    }

    @Test
    void refusalsBeyondTheRateAreCounted() {
        IntStream.range(0, 10).forEach(i -> log.addRefused(refusal("scanner")));
        log.addRefused(refusal("other"));
        assertThat(lines).hasSize(REFUSALS_PER_MINUTE + 1);

        log.close();

        assertThat(lines).hasSize(REFUSALS_PER_MINUTE + 2);
        assertThat(json(lines.get(REFUSALS_PER_MINUTE + 1)))
                .containsEntry("outcome", "REFUSED_MORE")
                .containsEntry("caller", "scanner")
                .containsEntry("count", 7);
    }

    @Test
    void noRefusalIsLostWhenMinutesEndWhileTheyHappen() {
        IntStream.range(0, 4_000).parallel().forEach(i -> {
            log.addRefused(refusal("scanner"));
            if (i % 100 == 0) {
                log.close();
            }
        });

        log.close();

        assertThat(lines.stream()
                        .map(AuditLogTest::json)
                        .mapToInt(line -> line.get("count") instanceof Integer count ? count : 1)
                        .sum())
                .isEqualTo(4_000);
    }

    private static AuditRecord refusal(String caller) {
        return new AuditRecord(
                new Caller(caller, Set.of(), true, null),
                Transport.HTTP,
                null,
                Outcome.REFUSED,
                List.of("FORBIDDEN"),
                403,
                null);
    }

    private Map<String, @Nullable Object> only() {
        assertThat(lines).hasSize(1);
        return json(lines.get(0));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, @Nullable Object> json(String line) {
        return (Map<String, @Nullable Object>) Objects.requireNonNull(Json.read(line));
    }
}
