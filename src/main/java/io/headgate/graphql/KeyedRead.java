package io.headgate.graphql;

import io.headgate.response.Making;
import io.smallrye.mutiny.subscription.Cancellable;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Reads the one thing that a field of {@code Query} names by its key, without what graphql-java makes for each field. */
@FunctionalInterface
public interface KeyedRead {

    /**
     * Begins to read, and tells {@code outcome} once, on any thread: the value, {@code null} where there is none, or the failure.
     *
     * @param making is told what the answer is made from
     * @return ends what nobody waits for any more; {@code null} where the arguments ask for more than this, and nothing was begun
     * @throws io.headgate.error.GatewayException as the field's data fetcher does
     */
    @Nullable
    Cancellable begin(
            Arguments arguments,
            Making making,
            BiConsumer<? super @Nullable Object, ? super @Nullable Throwable> outcome);
}
