package io.headgate.app;

import io.headgate.aws.DatabaseLogin;
import io.headgate.aws.DatabaseSecret;
import io.headgate.aws.RdsTokens;
import io.quarkus.arc.Unremovable;
import io.quarkus.credentials.CredentialsProvider;
import io.smallrye.mutiny.Uni;
import io.vertx.pgclient.PgConnectOptions;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * As whom connections to PostgreSQL are opened, where {@code quarkus.datasource.credentials-provider} names one of AWS's
 * ways: {@code rds-iam} or {@code secrets-manager}. Asked for each connection.
 */
@Singleton
@Unremovable
class DatabaseLogins implements CredentialsProvider {

    static final String PROPERTY = "quarkus.datasource.credentials-provider";
    private static final String RDS_IAM = "rds-iam";
    private static final String SECRETS_MANAGER = "secrets-manager";

    private final Optional<String> username;
    private final Optional<String> url;
    private final Instance<RdsTokens> tokens;
    private final Instance<DatabaseSecret> secret;

    DatabaseLogins(
            @ConfigProperty(name = "quarkus.datasource.username") Optional<String> username,
            @ConfigProperty(name = "quarkus.datasource.reactive.url") Optional<String> url,
            Instance<RdsTokens> tokens,
            Instance<DatabaseSecret> secret) {
        this.username = username;
        this.url = url;
        this.tokens = tokens;
        this.secret = secret;
    }

    /** For the primary, as Quarkus asks once when the pool is made. */
    @Override
    public Uni<Map<String, String>> getCredentialsAsync(String provider) {
        PgConnectOptions primary = PgConnectOptions.fromUri(url.orElseThrow());
        return login(provider, primary.getHost(), primary.getPort())
                .map(login -> Map.of(USER_PROPERTY_NAME, login.user(), PASSWORD_PROPERTY_NAME, login.password()));
    }

    /** For a server, as the provider of this name finds it. */
    Uni<DatabaseLogin> login(String provider, String host, int port) {
        return switch (provider) {
            case RDS_IAM -> {
                String user = username.orElseThrow(
                        () -> new IllegalArgumentException("quarkus.datasource.username is not set; " + PROPERTY + "="
                                + RDS_IAM + " needs the user that the tokens are for"));
                yield tokens.get().token(host, port, user).map(token -> new DatabaseLogin(user, token));
            }
            case SECRETS_MANAGER -> secret.get().login();
            default ->
                throw new IllegalArgumentException(
                        PROPERTY + " is " + provider + "; it must be " + RDS_IAM + " or " + SECRETS_MANAGER);
        };
    }
}
