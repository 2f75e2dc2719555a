package io.headgate.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.GatewayProcess;
import io.headgate.GraphQlEndpoint;
import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalCloudConfig;
import io.headgate.localcloud.LocalCloudResource;
import io.headgate.localcloud.LocalRedis;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;

/**
 * Three replicas whose clients read and change the same users: no client is shown less than its replica has answered, nor
 * less than any replica had answered {@link #BOUND} before it asked, whatever Redis does.
 */
class CoherenceIT {

    private static final Logger LOG = Logger.getLogger(CoherenceIT.class);

    /** What docs/performance.md states, and what a request takes on its way. */
    private static final Duration BOUND = Duration.ofMillis(250);

    private static final int REPLICAS = 3;
    private static final int CLIENTS = 64;
    private static final int USERS = 1_000;
    private static final int OPERATIONS_A_ROUND = 6_000;
    private static final String CREATE = "mutation($email: String!, $store: Store!)"
            + " { user: createUser(input: {store: $store, email: $email, name: \"new\"}) { id version } }";
    private static final String UPDATE = "mutation($id: ID!, $name: String!)"
            + " { user: updateUser(input: {id: $id, name: $name}) { id version } }";
    private static final String READ = "query($id: ID!) { user(id: $id) { id version } }";

    private final List<KnownUser> users = new ArrayList<>();
    private final Queue<String> stale = new ConcurrentLinkedQueue<>();
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong changes = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();

    /** What is done to Redis in the middle of a round and at its end. */
    private record Weather(String name, Runnable middle, Runnable end) {}

    @Test
    void nobodyIsShownLessThanWasAnswered() throws InterruptedException {
        try (LocalCloud cloud = LocalCloud.start(LocalCloudConfig.onFreePorts())) {
            Map<String, String> configuration = LocalCloudResource.configuration(cloud);
            List<GatewayProcess> replicas = IntStream.range(0, REPLICAS)
                    .mapToObj(each -> GatewayProcess.start(configuration))
                    .toList();
            try {
                List<GraphQlEndpoint> endpoints =
                        replicas.stream().map(GatewayProcess::endpoint).toList();
                create(endpoints.get(0));
                LocalRedis redis = cloud.redis();
                Weather fair = new Weather("fair", () -> {}, () -> {});
                List<Weather> weathers = List.of(
                        fair,
                        new Weather("emptied", redis::flush, redis::flush),
                        new Weather("killed", redis::stop, redis::start),
                        fair,
                        new Weather("frozen", redis::pause, redis::resume),
                        fair);
                Instant end =
                        Instant.now().plus(Duration.parse(System.getProperty("headgate.coherence.duration", "PT0S")));
                Random seeds = new Random(42);
                do {
                    for (Weather weather : weathers) {
                        round(weather, endpoints, seeds);
                    }
                } while (Instant.now().isBefore(end) && stale.isEmpty());
                LOG.infof(
                        "%d reads, %d changes, %d failed; from what is kept: %s",
                        reads.get(),
                        changes.get(),
                        failures.get(),
                        replicas.stream().map(CoherenceIT::found).toList());

                assertThat(stale).isEmpty();
                assertThat(failures.get()).isZero();
                assertThat(replicas)
                        .allSatisfy(replica -> assertThat(found(replica)).isPositive());
            } finally {
                replicas.forEach(GatewayProcess::close);
            }
        }
    }

    private void create(GraphQlEndpoint replica) {
        for (int i = 0; i < USERS; i++) {
            Map<?, ?> user = ask(
                    replica,
                    CREATE,
                    Map.of("email", "coherence-" + i + "@example.com", "store", i % 2 == 0 ? "POSTGRES" : "DYNAMODB"));
            users.add(new KnownUser(String.valueOf(user.get("id"))));
        }
    }

    private void round(Weather weather, List<GraphQlEndpoint> replicas, Random seeds) throws InterruptedException {
        AtomicInteger left = new AtomicInteger(OPERATIONS_A_ROUND);
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Random random = new Random(seeds.nextLong());
            int replica = i % REPLICAS;
            clients.add(new Thread(() -> {
                for (int n = left.getAndDecrement(); n > 0; n = left.getAndDecrement()) {
                    if (n == OPERATIONS_A_ROUND / 2) {
                        weather.middle.run();
                    }
                    operate(weather.name, replica, replicas.get(replica), random);
                }
            }));
        }
        clients.forEach(Thread::start);
        for (Thread client : clients) {
            client.join();
        }
        weather.end.run();
    }

    private void operate(String weather, int replica, GraphQlEndpoint endpoint, Random random) {
        // Few users are asked for often, so that their answers are kept, and change while they are.
        KnownUser user = users.get((int) (USERS * Math.pow(random.nextDouble(), 3)));
        try {
            if (random.nextInt(20) == 0) {
                int version = version(ask(endpoint, UPDATE, Map.of("id", user.id, "name", "name " + random.nextInt())));
                user.answered(replica, version, System.nanoTime());
                changes.incrementAndGet();
            } else {
                int least = user.least(replica, System.nanoTime() - BOUND.toNanos());
                int seen = version(ask(endpoint, READ, Map.of("id", user.id)));
                reads.incrementAndGet();
                if (seen < least) {
                    stale.add(weather + ": replica " + replica + " showed " + seen + " of at least " + least);
                }
            }
        } catch (RuntimeException | AssertionError e) {
            failures.incrementAndGet();
            LOG.warnf("%s: %s", weather, e.getMessage());
        }
    }

    private static int version(Map<?, ?> user) {
        return (Integer) Objects.requireNonNull(user.get("version"));
    }

    private static Map<?, ?> ask(GraphQlEndpoint replica, String query, Map<String, ?> variables) {
        Map<String, Object> response = replica.response(query, variables).join();
        assertThat(response).doesNotContainKey("errors");
        return (Map<?, ?>)
                Objects.requireNonNull(((Map<?, ?>) Objects.requireNonNull(response.get("data"))).get("user"));
    }

    /** How many requests a replica answered from what it keeps. */
    private static double found(GatewayProcess replica) {
        return replica.metrics()
                .lines()
                .filter(line -> line.startsWith("headgate_response_cache_requests_total") && line.contains("process"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    /** What clients were told of a user. */
    private static final class KnownUser {

        private final String id;
        private final int[] byReplica = new int[REPLICAS];
        private final List<Told> told = new ArrayList<>();
        private int old = 1;

        KnownUser(String id) {
            this.id = id;
        }

        synchronized void answered(int replica, int version, long at) {
            byReplica[replica] = Math.max(byReplica[replica], version);
            told.add(new Told(version, at));
        }

        /** The least version that a replica may show to who asks now; all replicas have heard of what was told before a moment. */
        synchronized int least(int replica, long moment) {
            told.removeIf(each -> {
                boolean isOld = each.at - moment < 0;
                if (isOld) {
                    old = Math.max(old, each.version);
                }
                return isOld;
            });
            return Math.max(old, byReplica[replica]);
        }

        private record Told(int version, long at) {}
    }
}
