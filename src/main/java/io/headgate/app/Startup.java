package io.headgate.app;

import io.headgate.audit.AuditLog;
import io.headgate.aws.DynamoDbTables;
import io.headgate.graphql.GraphQlEngine;
import io.headgate.http.GraphQlRoute;
import io.headgate.log.ConsoleLog;
import io.headgate.recovery.OperationRunner;
import io.headgate.recovery.ledger.LedgerConfig;
import io.headgate.recovery.ledger.LedgerTable;
import io.headgate.user.changes.UserEvents;
import io.headgate.user.dynamodb.DynamoDbConfig;
import io.headgate.user.dynamodb.UsersTable;
import io.headgate.user.postgres.UsersSchema;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.sqlclient.Pool;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;

/** Brings the stores to what this version needs before the first request, and says where everything is. */
@Singleton
class Startup {

    private static final Logger LOG = Logger.getLogger("io.headgate");
    /** Long enough for an index on many users. */
    private static final Duration MIGRATION_LIMIT = Duration.ofMinutes(30);

    private static final Duration TABLE_LIMIT = Duration.ofSeconds(60);
    private static final Duration HAND_OVER_LIMIT = Duration.ofSeconds(2);

    private static final Duration SETTLED = Duration.ofSeconds(2);

    private CompletableFuture<Void> migration = CompletableFuture.completedFuture(null);

    /** Begins, so that PostgreSQL works while all else is made. */
    void migrate(@Observes @Priority(3) Router router, StartupConfig config, Pool pool) {
        if (config.migrate()) {
            migration = new UsersSchema(pool).migrate().subscribeAsCompletionStage();
        }
    }

    void open(@Observes @Priority(4) Router router, GraphQlRoute route) {
        route.addTo(router);
        // Of reads side by side, the first failure is the answer's; the others have nobody to be told to.
        Infrastructure.setDroppedExceptionHandler(failure -> LOG.debugf("a later failure: %s", failure.getMessage()));
    }

    /** Blocks, like the next two: the HTTP server does not listen yet, and without a table nothing can be answered. */
    void awaitMigration(@Observes @Priority(10) StartupEvent event) {
        Uni.createFrom().completionStage(migration).await().atMost(MIGRATION_LIMIT);
    }

    void createTable(@Observes @Priority(10) StartupEvent event, DynamoDbConfig config, DynamoDbAsyncClient client) {
        if (config.createTable()) {
            new UsersTable(config.table()).createIfAbsent(client).await().atMost(TABLE_LIMIT);
        }
    }

    void createLedger(@Observes @Priority(10) StartupEvent event, LedgerConfig config, DynamoDbAsyncClient client) {
        if (config.createTable()) {
            DynamoDbTables.createIfAbsent(client, LedgerTable.createRequest(config.table()))
                    .await()
                    .atMost(TABLE_LIMIT);
        }
    }

    void drive(@Observes @Priority(20) StartupEvent event, OperationRunner operations) {
        operations.start();
    }

    void follow(@Observes @Priority(20) StartupEvent event, UserEvents events) {
        events.start();
    }

    /** Blocks the thread that stops the application: all that requests need is there until they have ended. */
    void drain(@Observes ShutdownDelayInitiatedEvent event, GraphQlRoute route) {
        try {
            route.drain().await().indefinitely();
        } catch (RuntimeException e) {
            LOG.warnf("requests are cut off after headgate.http.shutdown-timeout: %s", e.getMessage());
        }
    }

    /** Blocks: other replicas take over at once what this one gives back. */
    void handOver(@Observes ShutdownEvent event, OperationRunner operations) {
        try {
            operations.stop().await().atMost(HAND_OVER_LIMIT);
        } catch (RuntimeException e) {
            LOG.warnf("operations are taken over after headgate.recovery.lease: %s", e.getMessage());
        }
    }

    /** Blocks, for the same reason. */
    void stopReading(@Observes ShutdownEvent event, UserEvents events) {
        try {
            events.stop().await().atMost(HAND_OVER_LIMIT);
        } catch (RuntimeException e) {
            LOG.warnf("changes are read on after headgate.changes.lease: %s", e.getMessage());
        }
    }

    void endAudit(@Observes ShutdownEvent event, AuditLog audit) {
        audit.close();
    }

    /** Requests are about to come, and they must not wait for the log. */
    void unblockLog(@Observes @Priority(100) StartupEvent event, LaunchMode mode) {
        if (mode == LaunchMode.NORMAL) {
            ConsoleLog.install();
        }
    }

    void endLog(@Observes ShutdownEvent event) {
        ConsoleLog.uninstall();
    }

    /** Later, since the first requests need much of what the start needed. */
    void watchMemory(@Observes @Priority(100) StartupEvent event, Vertx vertx) {
        vertx.setTimer(
                SETTLED.toMillis(),
                timer -> vertx.executeBlocking(() -> {
                    // Whose pages are given back, too.
                    IdleHeap.watch(vertx);
                    StartPages.release();
                    return null;
                }));
    }

    void say(
            @Observes @Priority(100) StartupEvent event,
            GraphQlEngine engine,
            LaunchMode mode,
            @ConfigProperty(name = "quarkus.http.port") int port,
            @ConfigProperty(name = "quarkus.management.port") int managementPort) {
        LOG.infof(
                "Headgate is ready: GraphQL at http://localhost:%d%s%s, health and metrics at http://localhost:%d/q",
                port,
                GraphQlRoute.PATH,
                mode.isDevOrTest() ? ", GraphiQL at http://localhost:" + port + "/graphiql" : "",
                managementPort);
    }
}
