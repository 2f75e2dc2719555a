package io.headgate.app;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.nullValue;

import io.headgate.localcloud.IamPostgres;
import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalCloudResource;
import io.headgate.localcloud.LocalDynamoDb;
import io.headgate.localcloud.LocalPostgres;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The gateway against a PostgreSQL that admits its user with a token of IAM alone, checked as AWS checks it. */
@QuarkusTest
@WithTestResource(LocalCloudResource.class)
@WithTestResource(RdsIamTest.IamDatabase.class)
class RdsIamTest {

    /** A database of a role without a password, behind a port that wants tokens. */
    public static final class IamDatabase implements QuarkusTestResourceLifecycleManager {

        @SuppressWarnings("NullAway.Init")
        static volatile IamPostgres front;

        @Override
        public Map<String, String> start() {
            LocalPostgres postgres = LocalCloud.shared().postgres();
            String role = "iam_" + UUID.randomUUID().toString().replace("-", "");
            try (Connection administrator = postgres.connectAsAdministrator()) {
                administrator.createStatement().execute("CREATE ROLE " + role + " LOGIN");
                administrator.createStatement().execute("CREATE DATABASE " + role + " OWNER " + role);
                front = IamPostgres.before(
                        postgres,
                        role,
                        LocalDynamoDb.ACCESS_KEY,
                        LocalDynamoDb.ACCESS_KEY,
                        LocalDynamoDb.REGION,
                        Clock.systemUTC());
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            String url = "postgresql://127.0.0.1:" + front.port() + "/" + role;
            return Map.of(
                    "quarkus.datasource.credentials-provider",
                    "rds-iam",
                    "quarkus.datasource.username",
                    role,
                    "quarkus.datasource.password",
                    "",
                    "quarkus.datasource.reactive.url",
                    url);
        }

        @Override
        public int order() {
            return 1;
        }

        @Override
        public void stop() {
            Optional.ofNullable(front).ifPresent(each -> {
                try {
                    each.close();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
        }
    }

    @Test
    void connectionsAreOpenedWithTokensOfTheirOwn() {
        int before = IamDatabase.front.admitted();
        // Of the migration.
        assertThat(before).isPositive();

        breakConnections();

        given().contentType(ContentType.JSON)
                .body("{\"query\": \"{ users(store: POSTGRES) { totalCount } }\"}")
                .post("/graphql")
                .then()
                .statusCode(200)
                .body("errors", nullValue());

        assertThat(IamDatabase.front.admitted()).isGreaterThan(before);
        assertThat(IamDatabase.front.refused()).isZero();
    }

    private static void breakConnections() {
        try (Connection administrator = LocalCloud.shared().postgres().connectAsAdministrator()) {
            administrator
                    .createStatement()
                    .execute("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
                            + " WHERE usename LIKE 'iam\\_%'");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
