package io.headgate.aws;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import software.amazon.awssdk.services.rds.RdsAsyncClient;

/**
 * Tokens with which a database user of RDS or Aurora logs in instead of a password. Each is signed here, for one host, port
 * and user, by the credentials that Headgate runs with, and lets connections be opened for 15 minutes; those that are open
 * stay so.
 *
 * <p>The extension's {@code RdsCredentialsProvider} does the same for one address and wants a blocking HTTP client.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html">IAM database
 *     authentication</a>
 */
public final class RdsTokens {

    private final RdsAsyncClient client;

    /** @param client whose region and credentials sign */
    public RdsTokens(RdsAsyncClient client) {
        this.client = client;
    }

    /** A new token. Signed on a worker thread, since looking for credentials may block. */
    public Uni<String> token(String host, int port, String user) {
        return Uni.createFrom()
                .item(() -> client.utilities()
                        .generateAuthenticationToken(
                                request -> request.hostname(host).port(port).username(user)))
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
    }
}
