package io.headgate.user.postgres;

import io.headgate.localcloud.LocalCloud;
import io.headgate.user.UserOrder;
import io.headgate.user.UserStore;
import io.headgate.user.UserStoreContract;
import io.headgate.user.cache.Gateway;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CachingPostgresUserStoreTest extends UserStoreContract {

    private TestDatabase database;

    private Gateway gateway;

    private UserStore store;

    @BeforeAll
    void open() {
        database = TestDatabase.on(LocalCloud.shared().postgres());
        gateway = gateway();
        store = gateway.over(new PostgresUserStore(database.pool(10), Limits.GENEROUS));
    }

    @AfterAll
    void close() {
        gateway.close();
        database.close();
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
        return EnumSet.allOf(UserOrder.Field.class);
    }

    @Override
    protected boolean servesTextSearch() {
        return true;
    }
}
