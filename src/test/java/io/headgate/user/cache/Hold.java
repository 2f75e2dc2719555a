package io.headgate.user.cache;

import io.smallrye.mutiny.Uni;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A place where one call waits until a test lets it go on. */
final class Hold {

    private final CompletableFuture<Void> reached = new CompletableFuture<>();
    private final CompletableFuture<Void> released = new CompletableFuture<>();

    /** Passes once released. */
    Uni<Void> passed() {
        return Uni.createFrom().completionStage(() -> {
            reached.complete(null);
            return released.copy();
        });
    }

    /** Returns when a call waits here. */
    void awaitReached() {
        reached.orTimeout(20, TimeUnit.SECONDS).join();
    }

    /** Whether a call waits here, or has. */
    boolean isReached() {
        return reached.isDone();
    }

    void release() {
        released.complete(null);
    }
}
