package io.headgate.user.changes;

import static io.headgate.user.changes.Changes.awaitName;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.GatewayProcess;
import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalCloudConfig;
import io.headgate.localcloud.LocalCloudResource;
import io.headgate.user.Store;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;

/** Where changes are lost, subscribers are told so, and no cache shows what was before. */
class LostChangesIT {

    private LocalCloud cloud;
    private GatewayProcess gateway;

    @BeforeEach
    void start() {
        cloud = LocalCloud.start(LocalCloudConfig.onFreePorts());
        Map<String, String> configuration = Changes.configuration(cloud);
        configuration.put("headgate.changes.log-length", "100");
        gateway = GatewayProcess.start(configuration);
    }

    @AfterEach
    void stop() {
        gateway.close();
        cloud.close();
    }

    @Test
    void aSlotThatIsGoneIsMadeAnew() {
        String after = Changes.end(gateway);
        try (PostgresProgram program = new PostgresProgram(cloud.postgres())) {
            program.create("kept", "before");
            awaitName(gateway, Store.POSTGRES, "kept", "before");

            // One transaction, so that no slot is made before the change that it misses; not while the slot is read.
            program.execute("DO $$ BEGIN LOOP BEGIN"
                    + " PERFORM pg_drop_replication_slot('headgate');"
                    + " UPDATE users SET name = 'after' WHERE user_id = 'kept'; EXIT;"
                    + " EXCEPTION WHEN object_in_use THEN NULL; END; END LOOP; END $$");

            awaitName(gateway, Store.POSTGRES, "kept", "after");
            beginsAnew(Store.POSTGRES, after);
        }
    }

    @Test
    void aTableThatIsEmptiedIsALoss() {
        String after = Changes.end(gateway);
        try (PostgresProgram program = new PostgresProgram(cloud.postgres())) {
            program.create("kept", "before");
            awaitName(gateway, Store.POSTGRES, "kept", "before");

            program.execute("TRUNCATE users");

            awaitName(gateway, Store.POSTGRES, "kept", null);
            beginsAnew(Store.POSTGRES, after);
        }
    }

    @Test
    void anotherStreamOfTheTableIsALoss() {
        String after = Changes.end(gateway);
        try (DynamoDbAsyncClient client = cloud.dynamoDb().client();
                Program program = Program.of(Store.DYNAMODB, cloud)) {
            program.create("kept", "before");
            awaitName(gateway, Store.DYNAMODB, "kept", "before");

            client.updateTable(request ->
                            request.tableName("Users").streamSpecification(stream -> stream.streamEnabled(false)))
                    .join();
            program.rename("kept", "after", 2);

            awaitName(gateway, Store.DYNAMODB, "kept", "after");
            beginsAnew(Store.DYNAMODB, after);
        }
    }

    @Test
    void aLogThatRedisHasLostBeginsAnew() {
        String after = Changes.end(gateway);

        cloud.redis().flush();

        beginsAnew(Store.POSTGRES, after);
        beginsAnew(Store.DYNAMODB, after);
    }

    @Test
    void redisThatStartsAnewHasLostIt() {
        String after = Changes.end(gateway);
        cloud.redis().stop();
        cloud.redis().start();
        // Until then it is away.
        Changes.end(gateway);

        beginsAnew(Store.POSTGRES, after);
        beginsAnew(Store.DYNAMODB, after);
    }

    @Test
    void whoIsFurtherBehindThanTheLogIsRefused() {
        String after = Changes.end(gateway);
        try (PostgresProgram program = new PostgresProgram(cloud.postgres())) {
            program.create("many", "Many");
            awaitName(gateway, Store.POSTGRES, "many", "Many");
            // More than a replica has in memory.
            program.execute("DO $$ BEGIN FOR i IN 1..5000 LOOP"
                    + " UPDATE users SET version = i, name = i WHERE user_id = 'many'; END LOOP; END $$");
            awaitName(gateway, Store.POSTGRES, "last", null);
            program.create("last", "Last");
        }
        // It is forgotten that there was nobody when all before is in the log.
        awaitName(gateway, Store.POSTGRES, "last", "Last");

        beginsAnew(Store.POSTGRES, after);
    }

    @Test
    void withoutStoresNothingIsFollowed() {
        Map<String, String> configuration = new HashMap<>(LocalCloudResource.configuration(cloud));
        configuration.put("headgate.changes.stores", "");

        try (GatewayProcess other = GatewayProcess.start(configuration);
                Subscriber subscriber = Subscriber.of(other, Changes.end(gateway), Map.of())) {
            assertThat(subscriber.errorCode()).isEqualTo("FAILED_PRECONDITION");
        }
    }

    /** Who goes on after an old cursor is refused, be it when the loss is noticed; after a new one nothing is missed. */
    private void beginsAnew(Store store, String old) {
        try (Subscriber subscriber = Subscriber.of(gateway, old, Map.of("store", store))) {
            assertThat(subscriber.errorCode()).isEqualTo("FAILED_PRECONDITION");
        }
        String anew = Changes.end(gateway);
        try (Program program = Program.of(store, cloud);
                Subscriber subscriber = Subscriber.of(gateway, anew, Map.of("store", store))) {
            program.create("anew", "Anew");
            assertThat(subscriber.next(1)).containsExactly("CREATED anew 1");
        }
    }
}
