package io.headgate.user.cache;

class MemcachedCoherenceTest extends CacheCoherenceContract {

    MemcachedCoherenceTest() {
        super(MemcachedKeeper.started());
    }
}
