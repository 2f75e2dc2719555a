package io.headgate.user.cache;

import io.headgate.user.UserOrder;
import io.headgate.user.UserStore;
import io.headgate.user.UserStoreContract;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CachingModelUserStoreTest extends UserStoreContract {

    private final Gateway gateway = gateway();
    private final UserStore store = gateway.over(new ModelUserStore());

    @AfterAll
    void close() {
        gateway.close();
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
        return Set.of(UserOrder.Field.values());
    }

    @Override
    protected boolean servesTextSearch() {
        return true;
    }
}
