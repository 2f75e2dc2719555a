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

    private static DynamoDbAsyncClient client;
    private static UserStore store;

    @BeforeAll
    static void createTable() {
        LocalTable table = LocalTable.create();
        client = LocalTable.client(LocalTable.endpoint());
        store = new DynamoDbUserStore(client, table.config(Map.of()));
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
