package io.headgate.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.GraphQlEndpoint;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** Many {@linkplain UserClient clients} of one gateway, each on a thread of its own, until they are told to stop. */
final class UserClients {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final List<UserClient> clients;
    private final List<Thread> threads;

    private UserClients(List<UserClient> clients) {
        this.clients = clients;
        this.threads = clients.stream().map(Thread::new).toList();
    }

    static UserClients start(GraphQlEndpoint gateway, int count) {
        UserClients started = new UserClients(IntStream.range(0, count)
                .mapToObj(number -> new UserClient(gateway, number))
                .toList());
        started.threads.forEach(Thread::start);
        return started;
    }

    /** Returns when each client has got some more right answers, or one that it did not expect. */
    void awaitProgress() {
        List<Long> before = clients.stream().map(UserClient::successes).toList();
        await(() -> IntStream.range(0, clients.size())
                .allMatch(i -> clients.get(i).successes() > before.get(i) + 20
                        || !clients.get(i).surprises().isEmpty()));
    }

    /** Returns when all have ended, each acknowledged change is there and nothing came that was not expected. */
    void stopAndCheck() throws InterruptedException {
        clients.forEach(UserClient::stop);
        for (Thread thread : threads) {
            thread.join(PATIENCE.toMillis());
        }
        assertThat(clients).allSatisfy(client -> {
            assertThat(client.surprises()).isEmpty();
            client.checkAll();
        });
    }

    long requests() {
        return clients.stream().mapToLong(UserClient::requests).sum();
    }

    long errors() {
        return clients.stream().mapToLong(UserClient::errors).sum();
    }

    /** Looks until it is so. */
    static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
