package io.headgate.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.headgate.error.GatewayException;
import io.headgate.redis.SharedRedis;
import io.smallrye.mutiny.Uni;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Automatic persisted queries: a client that has sent a document with its SHA-256 once may send the hash alone afterwards,
 * to any replica. Only documents that were executed are kept, in this process and in Redis; while Redis is away, in this
 * process alone.
 *
 * @see <a href="https://www.apollographql.com/docs/apollo-server/performance/apq">Apollo, automatic persisted queries</a>
 */
final class AutomaticDocuments implements Documents {

    private static final Logger LOG = Logger.getLogger(AutomaticDocuments.class);
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
    private static final String PREFIX = "sha256:";

    /** In characters: longer documents are sent each time. */
    private static final int LONGEST = 64 * 1024;

    private static final int MOST_CHARACTERS = 2 * 1024 * 1024;

    private final SharedRedis redis;
    private final String keyPrefix;
    private final Duration ttl;
    private final Cache<String, String> known = Caffeine.newBuilder()
            .maximumWeight(MOST_CHARACTERS)
            .weigher((String hash, String document) -> document.length())
            .build();

    AutomaticDocuments(SharedRedis redis, String keyPrefix, Duration ttl) {
        this.redis = redis;
        this.keyPrefix = keyPrefix;
        this.ttl = ttl;
    }

    @Override
    public Uni<String> document(Asked asked) {
        String query = asked.query();
        if (query != null && asked.isPlain()) {
            return Uni.createFrom().item(query);
        }
        return Uni.createFrom().deferred(() -> {
            String hash = hash(asked);
            if (query != null) {
                if (!query.equals(known.getIfPresent(hash)) && !hash.equals(sha256(query))) {
                    throw GatewayException.invalidArgument("the hash is not the SHA-256 of the query");
                }
                return Uni.createFrom().item(query);
            }
            String document = known.getIfPresent(hash);
            return document != null ? Uni.createFrom().item(document) : shared(hash);
        });
    }

    /** One that came with its hash is looked at as such. */
    @Override
    public @Nullable String atHand(Asked asked) {
        if (asked.isPlain()) {
            return asked.query();
        }
        return asked.query() == null ? known.getIfPresent(asked.name()) : null;
    }

    @Override
    public void executed(Asked asked) {
        String query = asked.query();
        if (query == null || asked.isPlain() || query.length() > LONGEST) {
            return;
        }
        String hash = hash(asked);
        if (known.getIfPresent(hash) == null) {
            known.put(hash, query);
            redis.set(key(hash), query, ttl)
                    .subscribe()
                    .with(kept -> {}, failure -> LOG.debugf("a document is not shared: %s", failure.getMessage()));
        }
    }

    private Uni<String> shared(String hash) {
        return redis.get(key(hash))
                .onFailure()
                .transform(away -> Documents.notFound())
                .map(value -> {
                    // Whatever can write to Redis can't make anything else run under this name.
                    String document =
                            value.filter(text -> hash.equals(sha256(text))).orElseThrow(Documents::notFound);
                    known.put(hash, document);
                    return document;
                });
    }

    private String key(String hash) {
        return keyPrefix + ":pq:" + hash;
    }

    private static String hash(Asked asked) {
        String name = asked.name().toLowerCase(Locale.ROOT);
        String hash = name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
        if (!HASH.matcher(hash).matches()) {
            throw GatewayException.invalidArgument("a document is named by its SHA-256, in 64 hexadecimal digits");
        }
        return hash;
    }

    private static String sha256(String document) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(document.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
