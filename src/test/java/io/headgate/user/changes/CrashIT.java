package io.headgate.user.changes;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.GatewayProcess;
import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalCloudConfig;
import io.headgate.user.Store;
import io.headgate.user.UserId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Other programs change users in both stores while one replica after the other is killed: subscribers who come back see each
 * change once, those of one user in order, and in the end the caches show what the stores have.
 */
class CrashIT {

    private static final Logger LOG = Logger.getLogger(CrashIT.class);

    private static final int REPLICAS = 3;
    private static final int USERS = 200;
    private static final int SHARDS = 20;

    /** How many changes there are in each store. */
    private static final int CHANGES = Integer.getInteger("headgate.changes.count", 3_000);

    /** After how much time the next replica is killed, at the earliest; until a twentieth of all changes is made. */
    private static final Duration BETWEEN_KILLS =
            Duration.parse(System.getProperty("headgate.changes.between-kills", "PT0S"));

    private static final Duration POLL = Duration.ofMillis(5);

    private final AtomicReferenceArray<GatewayProcess> replicas = new AtomicReferenceArray<>(REPLICAS);
    private final AtomicInteger changes = new AtomicInteger();
    private final AtomicInteger kills = new AtomicInteger();
    private final Queue<Throwable> surprises = new ConcurrentLinkedQueue<>();
    private volatile boolean stopped;

    @Test
    void nobodyMissesAChangeWhateverReplicaDies() throws InterruptedException {
        try (LocalCloud cloud = LocalCloud.start(LocalCloudConfig.onFreePorts())) {
            Map<String, String> configuration = Changes.configuration(cloud);
            try {
                for (int i = 0; i < REPLICAS; i++) {
                    replicas.set(i, GatewayProcess.start(configuration));
                }
                String after = Changes.end(replicas.get(0));
                Thread killing = thread(() -> kill(configuration));
                Thread reading = thread(this::read);
                List<Thread> following = new ArrayList<>();
                for (int i = 0; i < REPLICAS; i++) {
                    int first = i;
                    following.add(thread(() -> follow(first, after)));
                }
                List<Thread> writing = new ArrayList<>();
                for (Store store : Store.values()) {
                    writing.add(thread(() -> write(store, cloud)));
                }
                for (Thread thread : writing) {
                    thread.join();
                }
                for (Thread thread : following) {
                    thread.join();
                }
                stopped = true;
                killing.join();
                reading.join();

                assertThat(surprises).isEmpty();
                assertThat(kills.get()).isPositive();
                requireCachesToShowWhatIsStored();
                LOG.infof("%d changes, %d kills", changes.get(), kills.get());
            } finally {
                for (int i = 0; i < REPLICAS; i++) {
                    GatewayProcess replica = replicas.get(i);
                    if (replica != null) {
                        replica.close();
                    }
                }
            }
        }
    }

    private Thread thread(Runnable work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (RuntimeException | AssertionError e) {
                surprises.add(e);
            }
        });
        thread.start();
        return thread;
    }

    private void write(Store store, LocalCloud cloud) {
        try (Program program = Program.of(store, cloud)) {
            for (int i = 0; i < CHANGES && surprises.isEmpty(); i++) {
                int version = i / USERS + 1;
                if (store == Store.DYNAMODB && i % (CHANGES / SHARDS) == 0) {
                    cloud.dynamoDb().rollShards("Users");
                }
                if (version == 1) {
                    program.create(key(i), name(1));
                } else {
                    program.rename(key(i), name(version), version);
                }
                changes.incrementAndGet();
            }
        }
    }

    private static String key(int i) {
        return "crash" + i % USERS;
    }

    private static String name(int version) {
        return "name " + version;
    }

    /** How many versions a user has in the end. */
    private static int versions(int user) {
        return CHANGES / USERS + (user < CHANGES % USERS ? 1 : 0);
    }

    private void kill(Map<String, String> configuration) {
        int step = Math.max(1, 2 * CHANGES / 20);
        int next = step;
        long last = System.nanoTime();
        for (int i = 0; !stopped; ) {
            if (changes.get() >= next && System.nanoTime() - last >= BETWEEN_KILLS.toNanos()) {
                int index = i++ % REPLICAS;
                last = System.nanoTime();
                replicas.get(index).kill();
                kills.incrementAndGet();
                replicas.set(index, GatewayProcess.start(configuration));
                next = Math.max(next + step, changes.get());
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    /** Keeps the caches full. */
    private void read() {
        Random random = new Random(42);
        while (!stopped) {
            Store store = random.nextBoolean() ? Store.POSTGRES : Store.DYNAMODB;
            try {
                version(replicas.get(random.nextInt(REPLICAS)), store, random.nextInt(USERS));
            } catch (RuntimeException | AssertionError killed) {
                LOG.debug("a replica was killed");
            }
        }
    }

    private void follow(int first, String begin) {
        Map<String, Integer> seen = new HashMap<>();
        String after = begin;
        int left = 2 * CHANGES;
        for (int replica = first; left > 0 && surprises.isEmpty(); replica = (replica + 1) % REPLICAS) {
            try (Subscriber subscriber = subscriber(replicas.get(replica), after)) {
                Subscriber.Event event = subscriber == null ? null : subscriber.nextOrEnd();
                while (event != null) {
                    String user = event.user().get("store") + " " + event.key();
                    assertThat(event.version()).as(user).isEqualTo(seen.getOrDefault(user, 0) + 1);
                    seen.put(user, event.version());
                    after = event.cursor();
                    left--;
                    event = left > 0 && subscriber != null ? subscriber.nextOrEnd() : null;
                }
            }
        }
    }

    private static @Nullable Subscriber subscriber(GatewayProcess replica, String after) {
        try {
            return Subscriber.of(replica, after, Map.of());
        } catch (RuntimeException | AssertionError killed) {
            return null;
        }
    }

    private void requireCachesToShowWhatIsStored() {
        for (Store store : Store.values()) {
            for (int user = 0; user < USERS; user++) {
                for (int replica = 0; replica < REPLICAS; replica++) {
                    assertThat(version(replicas.get(replica), store, user)).isEqualTo(versions(user));
                }
            }
        }
    }

    private static int version(GatewayProcess replica, Store store, int user) {
        Object found = replica.ask(
                        "query($id: ID!) { user(id: $id) { version } }",
                        Map.of("id", new UserId(store, key(user)).global()))
                .join()
                .get("user");
        return found == null ? 0 : (Integer) Objects.requireNonNull(((Map<?, ?>) found).get("version"));
    }
}
