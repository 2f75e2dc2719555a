package io.headgate.user.cache;

import static io.headgate.Conditions.until;
import static io.headgate.user.cache.Gateway.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.user.Consistency;
import io.headgate.user.User;
import io.headgate.user.UserStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Many clients that read and write the same few users at random while the server of the cache comes and goes: no read that began after a
 * change was answered gives what was before, and no call fails.
 */
abstract class CacheSoakContract {

    private static final int CLIENTS = 16;
    private static final int USERS = 12;
    private static final int DISTURBANCES = 12;
    /** How many come between two disturbances. */
    private static final int OPERATIONS = 250;

    private static final long SEED = Long.getLong("headgate.soak.seed", 20260301L);

    private final String cache = "t" + UUID.randomUUID();
    private final CacheKeeper keeper;
    private final ModelUserStore model = new ModelUserStore();
    private final List<Gateway> gateways = new ArrayList<>();
    private final AtomicInteger done = new AtomicInteger();

    CacheSoakContract(CacheKeeper keeper) {
        this.keeper = keeper;
    }

    @AfterEach
    void close() {
        keeper.start();
        keeper.resume();
        gateways.forEach(Gateway::close);
        keeper.close();
    }

    @Test
    void whileTheServerComesAndGoesEachGatewayShowsWhatItAnswered() {
        Gateway here = gateway("100ms");
        Gateway there = gateway("100ms");
        List<Account> viaHere = accounts(here.over(model));
        List<Account> viaThere = accounts(there.over(model), viaHere);

        run(List.of(viaHere, viaThere), this::disturb);

        assertCoherent(List.of(viaHere, viaThere));
        assertThat(here.counted("headgate.cache.hits")).isGreaterThan(500);
        assertThat(here.counted("headgate.cache.bypasses")).isPositive();
        assertThat(here.counted("headgate.cache.invalidations.missed")).isPositive();
    }

    @Test
    void whileTheServerIsEmptiedNoGatewayShowsLessThanAnyAnswered() {
        Gateway here = gateway("10s");
        Gateway there = gateway("10s");
        UserStore store = here.over(model);
        UserStore replica = there.over(model);
        List<Account> viaHere = accounts(store);
        List<Account> viaThere =
                viaHere.stream().map(account -> account.through(replica)).toList();

        run(List.of(viaHere, viaThere), random -> {
            if (random.nextBoolean()) {
                keeper.flush();
            } else {
                keeper.remove(here.epochKey());
            }
        });

        assertThat(here.counted("headgate.cache.breaker.openings")).isZero();
        assertThat(there.counted("headgate.cache.breaker.openings")).isZero();
        assertCoherent(List.of(viaHere, viaThere));
        assertThat(here.counted("headgate.cache.hits")).isGreaterThan(500);
        assertThat(here.counted("headgate.cache.lost.fills")).isPositive();
    }

    private Gateway gateway(String timeout) {
        Map<String, String> settings =
                Map.of("timeout", timeout, "min-backoff", "20ms", "max-backoff", "100ms", "watch-interval", "200ms");
        Gateway gateway = Gateway.started(keeper, cache, settings);
        gateways.add(gateway);
        return gateway;
    }

    private List<Account> accounts(UserStore store) {
        return IntStream.range(0, USERS)
                .mapToObj(i -> await(store.create(Users.some())))
                .map(user -> new Account(store, new State(user)))
                .toList();
    }

    /** The same users through another gateway, which need not know yet what the first one answered. */
    private static List<Account> accounts(UserStore store, List<Account> same) {
        return same.stream()
                .map(account -> new Account(store, new State(account.state().user)))
                .toList();
    }

    /** Lets all clients work while disturbances come, each followed by a time of peace. */
    private void run(List<List<Account>> accounts, Consumer<Random> disturbance) {
        model.slow(2);
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<CompletableFuture<Void>> clients = IntStream.range(0, CLIENTS)
                    .mapToObj(i -> new Random(SEED + i))
                    .map(random -> CompletableFuture.runAsync(() -> client(random, accounts, over), threads))
                    .toList();
            Random random = new Random(SEED);
            for (int i = 0; i < DISTURBANCES; i++) {
                awaitOperations(random.nextInt(OPERATIONS), clients);
                disturbance.accept(random);
                awaitOperations(random.nextInt(OPERATIONS), clients);
                keeper.start();
                keeper.resume();
                until(() -> gateways.stream().allMatch(gateway -> gateway.gate.usable()) || isFailed(clients));
                awaitOperations(OPERATIONS, clients);
            }
            over.set(true);
            CompletableFuture.allOf(clients.toArray(CompletableFuture[]::new)).join();
        } finally {
            over.set(true);
            threads.shutdown();
        }
        model.slow(0);
    }

    private void awaitOperations(int more, List<CompletableFuture<Void>> clients) {
        int reached = done.get() + more;
        until(() -> done.get() >= reached || isFailed(clients));
    }

    private static boolean isFailed(List<CompletableFuture<Void>> clients) {
        return clients.stream().anyMatch(CompletableFuture::isCompletedExceptionally);
    }

    private void client(Random random, List<List<Account>> gateways, AtomicBoolean over) {
        while (!over.get()) {
            List<Account> accounts = gateways.get(random.nextInt(gateways.size()));
            Account account = accounts.get(random.nextInt(accounts.size()));
            switch (random.nextInt(10)) {
                case 0 -> account.rename();
                case 1 -> account.move();
                case 2, 3, 4 -> account.find(Consistency.EVENTUAL);
                case 5 -> account.find(Consistency.STRONG);
                case 6, 7 -> account.findByEmail();
                default -> findAll(accounts.subList(0, 1 + random.nextInt(accounts.size())));
            }
            done.incrementAndGet();
        }
    }

    private void disturb(Random random) {
        switch (random.nextInt(4)) {
            case 0 -> keeper.stop();
            case 1 -> keeper.breakConnections();
            default -> keeper.pause();
        }
    }

    private static void findAll(List<Account> accounts) {
        Map<Account, Integer> answered = accounts.stream()
                .collect(Collectors.toMap(
                        account -> account, account -> account.state().answered()));
        Set<String> keys = accounts.stream().map(Account::key).collect(Collectors.toSet());
        Map<String, User> found = await(accounts.get(0).store().findByKeys(keys, Consistency.EVENTUAL));
        answered.forEach((account, version) ->
                assertThat(Users.version(found.get(account.key()))).isGreaterThanOrEqualTo(version));
    }

    private void assertCoherent(List<List<Account>> gateways) {
        this.gateways.forEach(Gateway::awaitUsable);
        for (List<Account> accounts : gateways) {
            for (Account account : accounts) {
                User current = Users.find(model, account.state().user);
                for (int i = 0; i < 3; i++) {
                    assertThat(Users.find(account.store(), account.state().user))
                            .isEqualTo(current);
                    assertThat(Users.findByEmail(
                                    account.store(), String.valueOf(current == null ? "" : current.email())))
                            .isEqualTo(current);
                }
            }
        }
    }

    /** What has been answered about a user. */
    private static final class State {

        final User user;
        private User latest;
        private int begun = 1;

        State(User user) {
            this.user = user;
            this.latest = user;
        }

        synchronized void begin() {
            begun++;
        }

        synchronized void answer(User user) {
            if (user.version() > latest.version()) {
                latest = user;
            }
        }

        synchronized int answered() {
            return latest.version();
        }

        synchronized User latest() {
            return latest;
        }

        /** How many changes have been begun, here or by others who share this state. */
        synchronized int begun() {
            return begun;
        }
    }

    /** A user through one gateway. */
    private record Account(UserStore store, State state) {

        Account through(UserStore other) {
            return new Account(other, state);
        }

        String key() {
            return state.user.id().key();
        }

        void rename() {
            state.begin();
            state.answer(await(store.update(key(), Users.name("Name " + state.begun()), null)));
        }

        void move() {
            state.begin();
            state.answer(await(store.update(key(), Users.email(UUID.randomUUID() + "@example.com"), null)));
        }

        void find(Consistency consistency) {
            int answered = state.answered();
            User found = Users.find(store, state.user, consistency);
            assertThat(Users.version(found)).isGreaterThanOrEqualTo(answered);
        }

        void findByEmail() {
            User answered = state.latest();
            User found = Users.findByEmail(store, answered.email());
            if (found != null) {
                assertThat(found.email()).isEqualTo(answered.email());
                assertThat(found.version()).isGreaterThanOrEqualTo(answered.version());
            }
        }
    }
}
