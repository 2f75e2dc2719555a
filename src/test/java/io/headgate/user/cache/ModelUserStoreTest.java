package io.headgate.user.cache;

import io.headgate.user.UserOrder;
import io.headgate.user.UserStore;
import io.headgate.user.UserStoreContract;
import java.util.Set;

/** The model is a store like the others, so what is proved over it holds over them. */
class ModelUserStoreTest extends UserStoreContract {

    private final UserStore store = new ModelUserStore();

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
