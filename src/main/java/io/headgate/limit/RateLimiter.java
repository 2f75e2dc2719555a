package io.headgate.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.headgate.redis.SharedRedis;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * How often clients may do something, all replicas together: a token bucket for each in Redis, from which replicas take
 * tokens ahead. In any time a client is granted no more than a burst, what its rate gives in that time, and twice the
 * {@linkplain Rate#lease lease} of each replica. While Redis is away, and for what is asked until that is known, each replica
 * grants a burst and a rate by itself, of which it takes off what it granted before.
 */
final class RateLimiter {

    /** Clients that are known at once; one that is forgotten is asked for anew in Redis. */
    private static final int MOST_CLIENTS = 10_000;

    /**
     * Takes up to ARGV[3] tokens from the bucket of ARGV[2] tokens that gets one in ARGV[1] microseconds. The key holds when it
     * will be full, in microseconds of the server's clock; no key is a full bucket. Answers how many were taken, and in how
     * many microseconds there is the next.
     */
    private static final String TAKE = """
            local interval = tonumber(ARGV[1])
            local size = tonumber(ARGV[2]) * interval
            local time = redis.call('TIME')
            local now = time[1] * 1000000 + time[2]
            local full = tonumber(redis.call('GET', KEYS[1]) or now)
            full = math.min(math.max(full, now), now + size)
            local taken = math.min(tonumber(ARGV[3]), math.floor((now + size - full) / interval))
            if taken > 0 then
              full = full + taken * interval
              redis.call('SET', KEYS[1], string.format('%.0f', full), 'PX', math.ceil((full - now) / 1000) + 1)
            end
            return {taken, math.max(0, math.ceil(full + interval - now - size))}
            """;

    private final SharedRedis redis;
    private final String keyPrefix;
    private final Rate rate;
    private final LongSupplier clock;
    private final Cache<String, Bucket> buckets = Caffeine.newBuilder()
            .maximumWeight(MOST_CLIENTS)
            .weigher((String client, Bucket bucket) -> 1)
            .build();

    /**
     * @param keyPrefix what the keys in Redis begin with, which are no other limiter's
     * @param clock nanoseconds since any moment
     */
    RateLimiter(SharedRedis redis, String keyPrefix, Rate rate, LongSupplier clock) {
        this.redis = redis;
        this.keyPrefix = keyPrefix;
        this.rate = rate;
        long begin = clock.getAsLong();
        this.clock = () -> clock.getAsLong() - begin;
    }

    /** Lets a client do something once: no time, or how long it must wait before it can. Comes on the caller's event loop. */
    Uni<Duration> take(String client) {
        Bucket bucket = bucket(client);
        long answer = bucket.take(clock.getAsLong());
        if (answer == Bucket.UNKNOWN) {
            return Uni.createFrom().emitter(emitter -> {
                LongConsumer complete = wait -> emitter.complete(Duration.ofNanos(wait));
                bucket.take(clock.getAsLong(), onThisLoop(complete));
                lend(bucket);
            });
        }
        lend(bucket);
        return Uni.createFrom().item(answer == Bucket.GRANTED ? Duration.ZERO : Duration.ofNanos(answer));
    }

    /** Lets a client do something once, where it is known without asking that it can. */
    boolean takesAtOnce(String client) {
        Bucket bucket = bucket(client);
        boolean granted = bucket.take(clock.getAsLong()) == Bucket.GRANTED;
        if (granted) {
            lend(bucket);
        }
        return granted;
    }

    /** How long a client must wait before it can do something, as far as is known without asking. */
    Duration pause(String client) {
        Bucket bucket = buckets.getIfPresent(client);
        return bucket == null ? Duration.ZERO : Duration.ofNanos(bucket.pause(clock.getAsLong()));
    }

    private Bucket bucket(String client) {
        return buckets.get(client, name -> new Bucket(keyPrefix + sha256(name), rate));
    }

    private void lend(Bucket bucket) {
        int wanted = bucket.wanted(clock.getAsLong());
        if (wanted == 0) {
            return;
        }
        redis.eval(TAKE, bucket.key(), TimeUnit.NANOSECONDS.toMicros(rate.interval()), rate.burst(), wanted)
                .subscribe()
                .with(
                        answer -> {
                            long pause = TimeUnit.MICROSECONDS.toNanos(answer[1]);
                            bucket.lent(clock.getAsLong(), wanted, answer[0], pause);
                            lend(bucket);
                        },
                        away -> bucket.goAlone(clock.getAsLong()));
    }

    private static LongConsumer onThisLoop(LongConsumer answer) {
        Context loop = Vertx.currentContext();
        return loop == null
                ? answer
                : wait -> {
                    if (Vertx.currentContext() == loop) {
                        answer.accept(wait);
                    } else {
                        loop.runOnContext(ignored -> answer.accept(wait));
                    }
                };
    }

    /** Redis needs not know who the clients are. */
    private static String sha256(String client) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(client.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
