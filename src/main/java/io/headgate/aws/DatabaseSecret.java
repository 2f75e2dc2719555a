package io.headgate.aws;

import io.headgate.json.Json;
import io.headgate.json.MalformedJsonException;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerAsyncClient;

/**
 * A database user in AWS Secrets Manager: a secret with {@code username} and {@code password} in JSON, as RDS and its
 * rotation keep them. What was read is good for a short time, so that a rotation is seen by the connections that are opened
 * next; while Secrets Manager is away, for longer.
 *
 * @see <a href="https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html">JSON
 *     structure of database secrets</a>
 */
public final class DatabaseSecret {

    private static final Logger LOG = Logger.getLogger(DatabaseSecret.class);

    private record Known(DatabaseLogin login, long readAt) {}

    private final SecretsManagerAsyncClient client;
    private final String id;
    private final SecretsManagerConfig config;
    private final LongSupplier clock;
    private @Nullable Known known;
    private @Nullable Uni<DatabaseLogin> flight;

    /** @param id the secret's name or ARN */
    public DatabaseSecret(SecretsManagerAsyncClient client, String id, SecretsManagerConfig config) {
        this(client, id, config, System::nanoTime);
    }

    DatabaseSecret(SecretsManagerAsyncClient client, String id, SecretsManagerConfig config, LongSupplier clock) {
        this.client = client;
        this.id = id;
        this.config = config;
        this.clock = clock;
    }

    /**
     * The user as the secret has it now, or a short time ago. Who asks at one time shares one request. Fails in bounded
     * time when the secret was never read.
     */
    public Uni<DatabaseLogin> login() {
        return Uni.createFrom().deferred(() -> {
            synchronized (this) {
                Known last = known;
                if (last != null
                        && clock.getAsLong() - last.readAt < config.maxAge().toNanos()) {
                    return Uni.createFrom().item(last.login);
                }
                Uni<DatabaseLogin> running = flight;
                if (running == null) {
                    running = read().memoize().indefinitely();
                    flight = running;
                }
                return running;
            }
        });
    }

    private Uni<DatabaseLogin> read() {
        Duration limit = config.timeout();
        return AwsCalls.repeatable(
                        () -> client.getSecretValue(request -> request.secretId(id)), Deadline.in(limit), limit)
                .map(answer -> parsed(answer.secretString()))
                .onItemOrFailure()
                .transformToUni(this::landed);
    }

    private synchronized Uni<DatabaseLogin> landed(@Nullable DatabaseLogin login, @Nullable Throwable failure) {
        flight = null;
        Known last = known;
        if (login != null) {
            known = new Known(login, clock.getAsLong());
            return Uni.createFrom().item(login);
        }
        String code = failure == null ? null : AwsFailures.errorCode(failure);
        String reason = code != null ? code : failure instanceof UnreadableException ? "it is unreadable" : "no answer";
        LOG.warnf("secret.read=failed reason=%s known=%s", reason, last != null);
        if (last == null) {
            // Neither the cause nor its message: they may tell of the secret.
            return Uni.createFrom()
                    .failure(new IllegalStateException(
                            "the secret of headgate.postgres.secret-id could not be read from Secrets Manager: "
                                    + reason));
        }
        known = new Known(last.login, clock.getAsLong());
        return Uni.createFrom().item(last.login);
    }

    private static DatabaseLogin parsed(@Nullable String secret) {
        try {
            if (Json.read(secret == null ? "" : secret) instanceof Map<?, ?> user
                    && user.get("username") instanceof String name
                    && user.get("password") instanceof String password) {
                return new DatabaseLogin(name, password);
            }
        } catch (MalformedJsonException e) {
            throw new UnreadableException();
        }
        throw new UnreadableException();
    }

    /** The secret is no JSON object with the texts {@code username} and {@code password}. */
    private static final class UnreadableException extends RuntimeException {
        UnreadableException() {
            super("no username and password in JSON", null, false, false);
        }
    }
}
