package io.headgate.user.cache;

class MemcachedOutageTest extends CacheOutageContract {

    MemcachedOutageTest() {
        super(MemcachedKeeper.started());
    }
}
