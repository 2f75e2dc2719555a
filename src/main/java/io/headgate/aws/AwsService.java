package io.headgate.aws;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.function.Function;

/**
 * A service of AWS as an adapter uses it: a client, what its failures mean, and how long work may take.
 *
 * @param client one that sends no change again by itself: {@link AwsClients#withoutBlindRetries}
 * @param readTimeout how long a read may take, all its requests together
 * @param writeTimeout how long a change may take, all its requests together
 * @param attemptTimeout how long to wait for one answer before asking again, where that is harmless
 */
public record AwsService<C>(
        C client, AwsFailures failures, Duration readTimeout, Duration writeTimeout, Duration attemptTimeout) {

    /** Work that only reads. Its time starts to run with the subscription. */
    public <T> Uni<T> reading(Function<AwsWork<C>, Uni<T>> work) {
        return within(readTimeout, work);
    }

    /** Work that changes something. Its time starts to run with the subscription. */
    public <T> Uni<T> changing(Function<AwsWork<C>, Uni<T>> work) {
        return within(writeTimeout, work);
    }

    private <T> Uni<T> within(Duration limit, Function<AwsWork<C>, Uni<T>> work) {
        return Uni.createFrom()
                .deferred(() -> work.apply(new AwsWork<>(client, failures, Deadline.in(limit), attemptTimeout)));
    }
}
