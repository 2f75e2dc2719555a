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

class CachingPostgresUserStoreTest extends UserStoreContract {

    @SuppressWarnings("NullAway.Init")
    private static TestDatabase database;

    @SuppressWarnings("NullAway.Init")
    private static Gateway gateway;

    @SuppressWarnings("NullAway.Init")
    private static UserStore store;

    @BeforeAll
    static void open() {
        database = TestDatabase.on(LocalCloud.shared().postgres());
        gateway = Gateway.started(Map.of());
        store = gateway.over(new PostgresUserStore(database.pool(10), Limits.GENEROUS));
    }

    @AfterAll
    static void close() {
        gateway.close();
        database.close();
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
