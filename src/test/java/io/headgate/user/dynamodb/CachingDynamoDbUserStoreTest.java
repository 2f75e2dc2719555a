package io.headgate.user.dynamodb;

import io.headgate.user.UserOrder;
import io.headgate.user.UserStore;
import io.headgate.user.UserStoreContract;
import io.headgate.user.cache.Gateway;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;

class CachingDynamoDbUserStoreTest extends UserStoreContract {

    private static DynamoDbAsyncClient client;
    private static Gateway gateway;
    private static UserStore store;

    @BeforeAll
    static void open() {
        LocalTable table = LocalTable.create();
        client = LocalTable.client(LocalTable.endpoint());
        gateway = Gateway.started(Map.of());
        store = gateway.over(new DynamoDbUserStore(client, table.config(Map.of())));
    }

    @AfterAll
    static void close() {
        gateway.close();
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
