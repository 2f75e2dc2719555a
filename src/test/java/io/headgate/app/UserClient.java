package io.headgate.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.GraphQlEndpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A client that creates, changes and reads users of its own, one request after the other, and knows what must come back. */
final class UserClient implements Runnable {

    private static final String FIELDS = " { id name version }";
    private static final Set<String> NOT_MADE = Set.of("UNAVAILABLE", "DEADLINE_EXCEEDED", "RESOURCE_EXHAUSTED");
    private static final String UNKNOWN = "OUTCOME_UNKNOWN";

    /** Apart from other tests' users in the same database. */
    private final UUID run = UUID.randomUUID();

    private final GraphQlEndpoint gateway;
    private final int number;
    private final Random random;

    /** Those that an answer told of, by id. */
    private final Map<String, Known> users = new HashMap<>();
    /** E-mail addresses of users that may have been created. */
    private final List<String> doubtful = new ArrayList<>();

    private final Queue<String> surprises = new ConcurrentLinkedQueue<>();
    private final Queue<Long> errors = new ConcurrentLinkedQueue<>();
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong successes = new AtomicLong();
    private volatile boolean stopped;

    /**
     * What a user must look like.
     *
     * @param version the version of the last change that was answered
     * @param maybe the name that a change gave whose answer was lost, which made the next version or nothing
     */
    private record Known(String name, int version, @Nullable String maybe) {

        boolean allows(Object seenName, Object seenVersion) {
            return (seenName.equals(name) && seenVersion.equals(version))
                    || (seenName.equals(maybe) && seenVersion.equals(version + 1));
        }
    }

    UserClient(GraphQlEndpoint gateway, int number) {
        this.gateway = gateway;
        this.number = number;
        this.random = new Random(number);
    }

    @Override
    public void run() {
        try {
            for (int i = 0; !stopped; i++) {
                List<String> ids = List.copyOf(users.keySet());
                if (ids.isEmpty() || random.nextInt(10) == 0) {
                    create(prefix() + i + "@example.com");
                } else {
                    String id = ids.get(random.nextInt(ids.size()));
                    int next = random.nextInt(8);
                    if (next < 2) {
                        update(id, "name " + i);
                    } else if (next == 2) {
                        list();
                    } else {
                        read(id, random.nextBoolean() ? "STRONG" : "EVENTUAL");
                    }
                }
            }
        } catch (RuntimeException | AssertionError e) {
            surprises.add(e.toString());
        }
    }

    private String prefix() {
        return run + "-" + number + "-";
    }

    private void create(String email) {
        Answer answer = ask(
                "mutation($email: String!) { user: createUser(input: {store: POSTGRES, email: $email, name: \"new\"})"
                        + FIELDS + " }",
                Map.of("email", email));
        if (answer.user != null) {
            users.put(String.valueOf(answer.user.get("id")), new Known("new", 1, null));
        } else if (UNKNOWN.equals(answer.error)) {
            doubtful.add(email);
        } else {
            requireNotMade(answer);
        }
    }

    private void update(String id, String name) {
        Known known = Objects.requireNonNull(users.get(id));
        if (known.maybe != null) {
            read(id, "STRONG");
            return;
        }
        Answer answer = ask(
                "mutation($id: ID!, $name: String!, $version: Int!)"
                        + " { user: updateUser(input: {id: $id, name: $name, expectedVersion: $version})" + FIELDS
                        + " }",
                Map.of("id", id, "name", name, "version", known.version));
        if (answer.user != null) {
            users.put(id, new Known(name, known.version + 1, null));
            expect(id, answer.user);
        } else if (UNKNOWN.equals(answer.error)) {
            users.put(id, new Known(known.name, known.version, name));
        } else {
            requireNotMade(answer);
        }
    }

    private void read(String id, String consistency) {
        Answer answer = ask(
                "query($id: ID!) { user(id: $id, consistency: " + consistency + ")" + FIELDS + " }", Map.of("id", id));
        if (answer.error == null) {
            expect(id, Objects.requireNonNull(answer.user, "a user is gone: " + id));
            if (consistency.equals("STRONG")) {
                users.put(
                        id,
                        new Known(
                                String.valueOf(answer.user.get("name")),
                                (Integer) Objects.requireNonNull(answer.user.get("version")),
                                null));
            }
        } else {
            requireNotMade(answer);
        }
    }

    /** A list has all that this client was told of, wherever it is read: its own changes are seen at once. */
    private void list() {
        Answer answer = ask(
                "query($prefix: String!) { user: users(store: POSTGRES, first: 1000, filter: {email: {startsWith: $prefix}})"
                        + " { nodes" + FIELDS + " } }",
                Map.of("prefix", prefix()));
        if (answer.user == null) {
            requireNotMade(answer);
            return;
        }
        Map<String, Map<?, ?>> seen = new HashMap<>();
        for (Object node : (List<?>) Objects.requireNonNull(answer.user.get("nodes"))) {
            seen.put(String.valueOf(((Map<?, ?>) node).get("id")), (Map<?, ?>) node);
        }
        users.keySet().forEach(id -> expect(id, Objects.requireNonNull(seen.get(id), "a list lacks the user " + id)));
    }

    private void expect(String id, Map<?, ?> seen) {
        Known known = Objects.requireNonNull(users.get(id));
        if (!known.allows(Objects.requireNonNull(seen.get("name")), Objects.requireNonNull(seen.get("version")))) {
            surprises.add("expected " + known + ", got " + seen);
        }
    }

    private void requireNotMade(Answer answer) {
        if (!NOT_MADE.contains(answer.error)) {
            surprises.add("an error of code " + answer.error);
        }
    }

    private record Answer(
            @Nullable Map<?, ?> user, @Nullable String error) {}

    private Answer ask(String query, Map<String, ?> variables) {
        requests.incrementAndGet();
        Map<String, Object> response = gateway.response(query, variables).join();
        List<?> failures = (List<?>) response.get("errors");
        if (failures == null) {
            successes.incrementAndGet();
            Map<?, ?> data = (Map<?, ?>) Objects.requireNonNull(response.get("data"));
            return new Answer((Map<?, ?>) data.get("user"), null);
        }
        errors.add(System.nanoTime());
        Map<?, ?> failure = (Map<?, ?>) failures.get(0);
        return new Answer(
                null, String.valueOf(((Map<?, ?>) Objects.requireNonNull(failure.get("extensions"))).get("code")));
    }

    void stop() {
        stopped = true;
    }

    /** Each user that was acknowledged is there, as it was acknowledged; what is in doubt is there once or not at all. */
    void checkAll() {
        List.copyOf(users.keySet()).forEach(id -> read(id, "STRONG"));
        for (String email : doubtful) {
            Map<String, Object> response = gateway.response(
                            "query($email: String!) { users(filter: {email: {eq: $email}}) { totalCount } }",
                            Map.of("email", email))
                    .join();
            Map<?, ?> data = (Map<?, ?>) Objects.requireNonNull(response.get("data"));
            assertThat((Integer) ((Map<?, ?>) Objects.requireNonNull(data.get("users"))).get("totalCount"))
                    .isLessThanOrEqualTo(1);
        }
        assertThat(surprises).isEmpty();
    }

    List<String> surprises() {
        return List.copyOf(surprises);
    }

    Stream<Duration> errorsAfter(long nanoTime) {
        return errors.stream().map(error -> Duration.ofNanos(error - nanoTime));
    }

    long errors() {
        return errors.size();
    }

    long requests() {
        return requests.get();
    }

    long successes() {
        return successes.get();
    }
}
