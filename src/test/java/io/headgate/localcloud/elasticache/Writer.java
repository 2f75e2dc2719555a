package io.headgate.localcloud.elasticache;

import static io.headgate.localcloud.elasticache.TestCaches.ask;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** Writes one key after another to a cache, and knows which of them were acknowledged. */
final class Writer {

    private final String endpoint;
    private final AtomicBoolean over = new AtomicBoolean();
    private final CompletableFuture<Void> begun = new CompletableFuture<>();
    private final CompletableFuture<List<Integer>> acknowledged;

    /** Returns when the first is acknowledged. */
    Writer(String endpoint) {
        this.endpoint = endpoint;
        this.acknowledged = CompletableFuture.supplyAsync(this::write);
        begun.join();
    }

    private List<Integer> write() {
        List<Integer> written = new ArrayList<>();
        for (int i = 0; !over.get(); i++) {
            if (ask(endpoint, "SET key-" + i + " " + i).equals("+OK")) {
                written.add(i);
                begun.complete(null);
            }
        }
        return written;
    }

    /** Ends the writing, and reads what was acknowledged. */
    void assertThatNothingIsLost() {
        over.set(true);
        assertThat(acknowledged.join())
                .allSatisfy(i -> assertThat(ask(endpoint, "GET key-" + i)).isEqualTo(Integer.toString(i)));
    }
}
