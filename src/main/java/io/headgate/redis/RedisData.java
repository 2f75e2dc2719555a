package io.headgate.redis;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import java.util.List;

/**
 * Redis as what alone holds something, so that nothing goes on without it. Each script is all or nothing, and its keys are
 * of one slot: with more than one key they have a hash tag, as Redis Cluster wants it.
 */
public final class RedisData implements AutoCloseable {

    private static final String AWAY = "Redis, which alone holds this, can't be reached or takes nothing now";

    private final SharedRedis redis;
    private final String prefix;

    /** A connection of its own, on which a script has {@code headgate.redis.data-timeout}. */
    public RedisData(Vertx vertx, Redis redis, RedisConfig config) {
        this.redis = new SharedRedis(vertx, redis, config, config.dataTimeout());
        this.prefix = config.keyPrefix() + ":";
    }

    /** A key of this name, with the prefix that all have. */
    public String key(String name) {
        return prefix + name;
    }

    /** Runs a script that does no harm when it is run again. Fails with UNAVAILABLE where it may not have been run. */
    public Uni<List<String>> read(String script, List<String> keys, Object... arguments) {
        return redis.texts(script, keys, arguments)
                .onFailure()
                .transform(failure ->
                        isKnown(failure) ? GatewayException.of(ErrorCode.UNAVAILABLE, AWAY, failure) : failure);
    }

    /**
     * Runs a script that changes something. Fails with UNAVAILABLE where nothing was changed, and with OUTCOME_UNKNOWN where
     * the answer was lost.
     */
    public Uni<List<String>> change(String script, List<String> keys, Object... arguments) {
        return redis.texts(script, keys, arguments).onFailure().transform(failure -> {
            if (SharedRedis.isUnsent(failure) || SharedRedis.isRefusal(failure)) {
                return GatewayException.of(ErrorCode.UNAVAILABLE, AWAY + "; nothing was changed", failure);
            }
            return isKnown(failure)
                    ? GatewayException.of(
                            ErrorCode.OUTCOME_UNKNOWN, "Redis did not say whether it made the change; look", failure)
                    : failure;
        });
    }

    /** Whether it is not an error in a script, which Redis answers as one. */
    private static boolean isKnown(Throwable failure) {
        return !SharedRedis.isError(failure) || SharedRedis.isRefusal(failure);
    }

    @Override
    public void close() {
        redis.close();
    }
}
