package io.headgate;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.GraphQlClient.Answer;
import io.headgate.SoakModel.Known;
import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalCloudResource;
import io.headgate.localcloud.LocalRedis;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Random operations of 32 clients on users of both stores, with Redis stopped, frozen, emptied and started meanwhile, held
 * against a model that knows every change that was answered. Runs its rounds once, or until {@code headgate.soak.duration}
 * is over.
 */
@QuarkusTest
@WithTestResource(LocalCloudResource.class)
class SoakTest {

    private static final int CLIENTS = 32;
    private static final int OPERATIONS_A_ROUND = 1_600;
    private static final int USERS_A_STORE = 40;
    private static final String FIELDS = "{ id email name phone version }";
    private static final String CREATE =
            "mutation($input: CreateUserInput!) { user: createUser(input: $input) " + FIELDS + " }";
    private static final String UPDATE =
            "mutation($input: UpdateUserInput!) { user: updateUser(input: $input) " + FIELDS + " }";
    private static final String DELETE =
            "mutation($id: ID!, $version: Int) { user: deleteUser(id: $id, expectedVersion: $version) " + FIELDS + " }";

    private final LocalRedis redis = LocalCloud.shared().redis();
    private final SoakModel model = new SoakModel();
    private final List<String> emails = new ArrayList<>();

    /** What is done to Redis at the beginning of a round and in its middle. */
    private record Weather(String name, Runnable first, Runnable then) {}

    @AfterEach
    void redisRunsAgain() {
        redis.resume();
        redis.start();
    }

    @Test
    void noAnswerIsWrongNoChangeIsLostAndNoRequestFailsWhateverRedisDoes() throws Exception {
        Random seeds = new Random(42);
        for (String store : List.of("POSTGRES", "DYNAMODB")) {
            for (int i = 0; i < USERS_A_STORE; i++) {
                create(store);
            }
        }
        List<Weather> weathers = List.of(
                new Weather("fair", () -> {}, () -> {}),
                new Weather("stopped", redis::stop, redis::start),
                new Weather("frozen", redis::pause, redis::resume),
                new Weather("restarted", () -> {}, () -> {
                    redis.stop();
                    redis.start();
                }));
        Instant end = Instant.now().plus(Duration.parse(System.getProperty("headgate.soak.duration", "PT0S")));
        int rounds = 0;

        do {
            for (Weather weather : weathers) {
                round(weather, seeds);
                rounds++;
            }
        } while (Instant.now().isBefore(end));

        for (Known user : model.all()) {
            model.checkFinal(user, read(user, true), read(user, false));
        }
        assertThat(model.failures()).as("after %d rounds", rounds).isEmpty();
        System.getLogger(SoakTest.class.getName())
                .log(System.Logger.Level.INFO, "{0} rounds of {1} operations: {2}", rounds, OPERATIONS_A_ROUND, model);
    }

    private void round(Weather weather, Random seeds) throws Exception {
        weather.first.run();
        AtomicInteger left = new AtomicInteger(OPERATIONS_A_ROUND);
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                Random random = new Random(seeds.nextLong());
                running.add(clients.submit(() -> {
                    for (int n = left.getAndDecrement(); n > 0; n = left.getAndDecrement()) {
                        if (n == OPERATIONS_A_ROUND / 2) {
                            weather.then.run();
                        }
                        operate(random);
                    }
                }));
            }
            for (Future<?> client : running) {
                client.get();
            }
        } finally {
            clients.shutdownNow();
        }
    }

    private void operate(Random random) {
        Known user = model.some(random);
        switch (random.nextInt(10)) {
            case 0, 1, 2 -> checkRead(user, false);
            case 3 -> checkRead(user, true);
            case 4 -> checkEmail(random);
            case 5, 6 -> update(user, random);
            case 7 -> updateVersion(user, random);
            case 8 -> takeEmail(user, random);
            default -> {
                if (random.nextInt(4) == 0) {
                    delete(user);
                    create(user.store());
                } else {
                    checkMany(random);
                }
            }
        }
    }

    private void checkRead(Known user, boolean strong) {
        int since = user.answeredVersion();
        model.check(user, since, read(user, strong));
    }

    private @Nullable Object read(Known user, boolean strong) {
        Answer answer = GraphQlClient.ask(
                "query($id: ID!) { user(id: $id" + (strong ? ", consistency: STRONG" : "") + ") " + FIELDS + " }",
                Map.of("id", user.id()));
        model.allow("read", answer);
        return answer.data("user");
    }

    private void checkMany(Random random) {
        List<Known> users = List.of(model.some(random), model.some(random), model.some(random), model.some(random));
        List<Integer> since = users.stream().map(Known::answeredVersion).toList();
        Answer answer = GraphQlClient.ask(
                "query($ids: [ID!]!) { nodes(ids: $ids) { ... on User " + FIELDS + " } }",
                Map.of("ids", users.stream().map(Known::id).toList()));
        model.allow("nodes", answer);
        for (int i = 0; i < users.size(); i++) {
            model.check(users.get(i), since.get(i), answer.data("nodes", i));
        }
    }

    private void checkEmail(Random random) {
        String email = someEmail(random);
        Map<String, Integer> since = model.answeredVersions();
        Answer answer = GraphQlClient.ask(
                "query($email: String!) { userByEmail(email: $email) " + FIELDS + " }", Map.of("email", email));
        model.allow("userByEmail", answer);
        if (answer.data("userByEmail") instanceof Map<?, ?> found) {
            model.checkEmail(email, found, since);
        }
    }

    private void update(Known user, Random random) {
        Map<String, Object> input = new HashMap<>(Map.of("id", user.id()));
        if (random.nextBoolean()) {
            input.put("name", "Name " + random.nextInt(1000));
        } else {
            input.put("phone", "+" + random.nextInt(1000));
        }
        Answer answer = GraphQlClient.ask(UPDATE, Map.of("input", input));
        model.allow("update", answer, "NOT_FOUND");
        model.changed(user, answer.data() == null ? null : answer.data("user"), input);
    }

    private void updateVersion(Known user, Random random) {
        int version = user.answeredVersion();
        Map<String, Object> input =
                Map.of("id", user.id(), "expectedVersion", version, "name", "At " + random.nextInt(1000));
        Answer answer = GraphQlClient.ask(UPDATE, Map.of("input", input));
        model.allow("update of a version", answer, "NOT_FOUND", "CONFLICT");
        if (!answer.hasErrors()) {
            assertThat(answer.data("user", "version")).isEqualTo(version + 1);
        }
        model.changed(user, answer.data() == null ? null : answer.data("user"), input);
    }

    private void takeEmail(Known user, Random random) {
        Map<String, Object> input = Map.of("id", user.id(), "email", someEmail(random));
        Answer answer = GraphQlClient.ask(UPDATE, Map.of("input", input));
        model.allow("update of the e-mail", answer, "NOT_FOUND", "ALREADY_EXISTS");
        model.changed(user, answer.data() == null ? null : answer.data("user"), input);
    }

    private void delete(Known user) {
        Answer answer = GraphQlClient.ask(DELETE, Map.of("id", user.id()));
        model.allow("delete", answer, "NOT_FOUND");
        if (!answer.hasErrors()) {
            model.deleted(user, answer.data("user"));
        }
    }

    private void create(String store) {
        String email = UUID.randomUUID() + "@example.com";
        Answer answer = GraphQlClient.ask(
                CREATE, Map.of("input", Map.of("store", store, "email", email, "name", "New", "phone", "+0")));
        model.allow("create", answer);
        if (!answer.hasErrors()) {
            model.created(store, answer.data("user"));
            synchronized (emails) {
                emails.add(email);
            }
        }
    }

    private String someEmail(Random random) {
        synchronized (emails) {
            return emails.get(random.nextInt(emails.size()));
        }
    }
}
