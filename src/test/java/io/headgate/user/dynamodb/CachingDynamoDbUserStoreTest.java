package io.headgate.user.dynamodb;

import io.headgate.user.UserOrder;
import io.headgate.user.UserStore;
import io.headgate.user.UserStoreContract;
import io.headgate.user.cache.Gateway;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CachingDynamoDbUserStoreTest extends UserStoreContract {

    private DynamoDbAsyncClient client;
    private Gateway gateway;
    private UserStore store;

    @BeforeAll
    void open() {
        LocalTable table = LocalTable.create();
        client = LocalTable.client(LocalTable.endpoint());
        gateway = gateway();
        store = gateway.over(new DynamoDbUserStore(client, table.config(Map.of())));
    }

    @AfterAll
    void close() {
        gateway.close();
        client.close();
    }

    Gateway gateway() {
        return Gateway.started(Map.of());
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
