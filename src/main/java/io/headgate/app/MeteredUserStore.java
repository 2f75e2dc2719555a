package io.headgate.app;

import io.headgate.error.GatewayException;
import io.headgate.user.Consistency;
import io.headgate.user.Store;
import io.headgate.user.User;
import io.headgate.user.UserChange;
import io.headgate.user.UserFilter;
import io.headgate.user.UserQuery;
import io.headgate.user.UserStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Times every call to a store: the timer {@code headgate.store}, by {@code store}, {@code operation} and {@code outcome},
 * which is {@code ok}, {@code cancelled} or the code of the failure.
 */
final class MeteredUserStore implements UserStore {

    private static final String OK = "ok";
    private static final String CANCELLED = "cancelled";

    private final UserStore delegate;
    private final MeterRegistry meters;
    private final Map<String, Timer> timers = new ConcurrentHashMap<>();

    MeteredUserStore(UserStore delegate, MeterRegistry meters) {
        this.delegate = delegate;
        this.meters = meters;
    }

    @Override
    public Store store() {
        return delegate.store();
    }

    @Override
    public boolean hasReaders() {
        return delegate.hasReaders();
    }

    @Override
    public Uni<Map<String, User>> findByKeys(Set<String> keys, Consistency consistency) {
        return timed("findByKeys", delegate.findByKeys(keys, consistency));
    }

    @Override
    public Uni<Map<String, User>> findByEmails(Set<String> emails, Consistency consistency) {
        return timed("findByEmails", delegate.findByEmails(emails, consistency));
    }

    @Override
    public Uni<List<User>> list(UserQuery query) {
        return timed("list", delegate.list(query));
    }

    @Override
    public Uni<Long> count(UserFilter filter) {
        return timed("count", delegate.count(filter));
    }

    @Override
    public Uni<User> create(User user) {
        return timed("create", delegate.create(user));
    }

    @Override
    public Uni<User> update(String key, UserChange change, @Nullable Integer expectedVersion) {
        return timed("update", delegate.update(key, change, expectedVersion));
    }

    @Override
    public Uni<User> delete(String key, @Nullable Integer expectedVersion) {
        return timed("delete", delegate.delete(key, expectedVersion));
    }

    private <T> Uni<T> timed(String operation, Uni<T> call) {
        return Uni.createFrom().deferred(() -> {
            Timer.Sample sample = Timer.start(meters);
            return call.onTermination()
                    .invoke((item, failure, cancelled) ->
                            sample.stop(timer(operation, cancelled ? CANCELLED : outcome(failure))));
        });
    }

    private Timer timer(String operation, String outcome) {
        return timers.computeIfAbsent(
                operation + ' ' + outcome,
                key -> Timer.builder("headgate.store")
                        .description("Calls to a store of users")
                        .tag("store", store().name())
                        .tag("operation", operation)
                        .tag("outcome", outcome)
                        .register(meters));
    }

    private static String outcome(@Nullable Throwable failure) {
        if (failure == null) {
            return OK;
        }
        return failure instanceof GatewayException known ? known.code().name() : "INTERNAL";
    }
}
