package io.headgate.user.cache;

import static io.headgate.Conditions.until;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CacheGateTest {

    private static final int WRITERS = 4;
    private static final int WRITES = 60;

    private final Gateway gateway =
            Gateway.started(Map.of("min-backoff", "2ms", "max-backoff", "4ms", "timeout", "5s"));

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    void noEpochIsReadThatIsOlderThanAMissedWrite() {
        Queue<Long> tooOld = new ConcurrentLinkedQueue<>();
        ExecutorService writers = Executors.newFixedThreadPool(WRITERS);

        List<CompletableFuture<Void>> writing = IntStream.range(0, WRITERS)
                .mapToObj(i -> CompletableFuture.runAsync(() -> missWrites(tooOld), writers))
                .toList();

        CompletableFuture.allOf(writing.toArray(CompletableFuture[]::new)).join();
        writers.shutdown();
        assertThat(tooOld).isEmpty();
        gateway.awaitUsable();
    }

    @Test
    void aWriteMissedBeforeTheEpochWasSetNeedsNoOther() {
        long before = gateway.gate.tick();
        gateway.gate.missed(gateway.gate.tick());
        gateway.awaitUsable();
        String epoch = gateway.key("");

        gateway.gate.missed(before);

        assertThat(gateway.gate.usable()).isTrue();
        assertThat(gateway.key("")).isEqualTo(epoch);
    }

    @Test
    void afterAnOutageItIsToldOfWritesAtOnceAndReadWhenOthersCanBeBackToo() {
        try (Gateway settling = Gateway.started(Map.of("min-backoff", "2ms", "settling-time", "1s"))) {
            long before = System.nanoTime();
            settling.gate.missed(settling.gate.tick());

            until(() -> settling.gate.writeSession() != null);
            settling.awaitUsable();

            assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(1_000_000_000);
        }
    }

    private void missWrites(Queue<Long> tooOld) {
        for (int i = 0; i < WRITES; i++) {
            long write = gateway.gate.tick();
            gateway.gate.missed(write);
            until(() -> {
                CacheSession read = gateway.gate.readSession();
                if (read != null && read.renewedAt() < write) {
                    tooOld.add(write);
                }
                return read != null;
            });
        }
    }
}
