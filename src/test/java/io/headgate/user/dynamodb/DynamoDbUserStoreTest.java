package io.headgate.user.dynamodb;

import io.headgate.user.UserOrder;
import io.headgate.user.UserStore;
import io.headgate.user.UserStoreContract;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;

class DynamoDbUserStoreTest extends UserStoreContract {

    /** The suite sends 230 changes at once to a server that makes one at a time. */
    private static final Map<String, String> PATIENT =
            Map.of("read-timeout", "30S", "write-timeout", "30S", "attempt-timeout", "10S");

    private static DynamoDbAsyncClient client;
    private static UserStore store;

    @BeforeAll
    static void createTable() {
        LocalTable table = LocalTable.create();
        client = LocalTable.client(LocalTable.endpoint());
        store = new DynamoDbUserStore(client, table.config(PATIENT));
    }

    @AfterAll
    static void close() {
        client.close();
    }

    @Override
    protected UserStore store() {
        return store;
    }

    @Override
    protected Set<UserOrder.Field> servedOrders() {
        return Set.of(UserOrder.Field.CREATED_AT);
    }

    @Override
    protected boolean servesTextSearch() {
        return false;
    }
}
