package io.headgate.recovery.truth;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.GraphQlClient.Answer;
import io.headgate.localcloud.LocalClock;
import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalCloudResource;
import io.headgate.recovery.truth.ModelledStore.Outcome;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The truth of restores: 1,000 random changes of either store with a model of every second beside them, and then ten random
 * seconds of each, restored through the gateway while others write to the sources. {@code -Dheadgate.truth.seed} repeats a
 * run's changes and its choice of seconds, {@code -Dheadgate.truth.longest-wait=PT1S} bounds how long a write may wait.
 */
@QuarkusTest
@WithTestResource(LocalCloudResource.class)
class RestoreTruthTest {

    private static final Logger LOG = Logger.getLogger(RestoreTruthTest.class);
    private static final long SEED = Long.getLong("headgate.truth.seed", System.nanoTime());

    private static final int CHANGES = 1_000;
    private static final int FEWEST_SECONDS = 12;
    private static final int RESTORES = 10;
    private static final int RESTORES_AT_ONCE = 3;

    /** A second on a machine that does nothing else; by default, what no machine takes for a write that nothing holds up. */
    private static final Duration LONGEST_WAIT =
            Duration.parse(System.getProperty("headgate.truth.longest-wait", "PT10S"));

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private static List<ModelledStore<?>> stores = List.of();

    @BeforeAll
    static void changeBothStores() {
        LOG.infof("Random changes with seed %d", SEED);
        String suffix = UUID.randomUUID().toString().substring(0, 8);
        TruthStore<?> mydb = PostgresTruthStore.create("truth_" + suffix);
        TruthStore<?> table = DynamoDbTruthStore.create("Truth-" + suffix);
        LocalClock clock = LocalCloud.shared().clock();
        CompletableFuture<ModelledStore<?>> postgres =
                CompletableFuture.supplyAsync(() -> ModelledStore.changed(mydb, clock, SEED));
        CompletableFuture<ModelledStore<?>> dynamoDb =
                CompletableFuture.supplyAsync(() -> ModelledStore.changed(table, clock, SEED + 1_000));
        stores = List.of(postgres.join(), dynamoDb.join());
    }

    @AfterAll
    static void removeBoth() {
        stores.forEach(ModelledStore::close);
    }

    @AfterEach
    void noSourceIsOverwrittenOrHarmed() {
        stores.forEach(ModelledStore::assertUnharmed);
    }

    /** Else the truth would be none. */
    @Test
    void modelTellsEachSecondFromTheOthersWithFewDoubts() {
        for (ModelledStore<?> store : stores) {
            List<Instant> seconds = store.seconds();
            StoreModel<?> model = store.model();
            long doubts = seconds.stream().mapToLong(model::undetermined).sum();
            LOG.infof(
                    "%s: of %d writers' shares in %d seconds %d may be either of several states",
                    store.database(), ModelledStore.WRITERS, seconds.size(), doubts);

            assertThat(model.changes()).isEqualTo(CHANGES);
            assertThat(seconds).hasSizeGreaterThanOrEqualTo(FEWEST_SECONDS);
            assertThat(new HashSet<>(seconds.stream().map(model::at).toList())).hasSameSizeAs(seconds);
            assertThat(doubts).isLessThan((long) seconds.size() * ModelledStore.WRITERS / 2);
        }
    }

    @Test
    void randomSecondsComeBackAsTheyWereWhileOthersWrite() throws Exception {
        // Given
        List<Restore<?>> restores = new ArrayList<>();
        Random random = new Random(SEED);
        stores.forEach(store -> restores.addAll(someOf(store, random)));
        Collections.shuffle(restores, random);
        List<WriteLoad> loads = new ArrayList<>();
        stores.forEach(store -> loads.add(store.load()));

        // When
        long begun = System.nanoTime();
        List<Outcome<?>> outcomes = done(restores);
        loads.forEach(WriteLoad::stop);

        // Then
        LOG.infof("%d restores in %s beside %s", outcomes.size(), Duration.ofNanos(System.nanoTime() - begun), loads);
        assertThat(outcomes).hasSize(RESTORES * stores.size());
        outcomes.forEach(Outcome::assertTrue);
        assertThat(loads)
                .as("The writes beside them, with seed %d", SEED)
                .allSatisfy(load -> assertThat(load.longestWait()).isLessThanOrEqualTo(LONGEST_WAIT));
    }

    private record Restore<V>(ModelledStore<V> source, Instant second) {

        Outcome<V> done() {
            return source.restore(second, "truth-" + UUID.randomUUID());
        }
    }

    private static List<Restore<?>> someOf(ModelledStore<?> store, Random random) {
        List<Instant> seconds = new ArrayList<>(store.seconds());
        Collections.shuffle(seconds, random);
        return seconds.stream()
                .limit(RESTORES)
                .<Restore<?>>map(second -> new Restore<>(store, second))
                .toList();
    }

    private static List<Outcome<?>> done(List<Restore<?>> restores) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(RESTORES_AT_ONCE);
        try {
            List<CompletableFuture<Outcome<?>>> running = new ArrayList<>();
            restores.forEach(restore -> running.add(CompletableFuture.supplyAsync(restore::done, threads)));
            CompletableFuture.allOf(running.toArray(CompletableFuture[]::new))
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            return running.stream().<Outcome<?>>map(CompletableFuture::join).toList();
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void sourceIsNoTargetOfItsOwnRestore() {
        for (ModelledStore<?> store : stores) {
            String name = store.database().substring(store.database().indexOf(':') + 1);

            Answer answer =
                    Gateway.askToRestore(store.database(), name, store.seconds().get(0));

            assertThat(answer.codes()).as("%s", answer).containsExactly("ALREADY_EXISTS");
        }
    }
}
