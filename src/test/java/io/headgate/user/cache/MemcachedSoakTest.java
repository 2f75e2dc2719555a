package io.headgate.user.cache;

class MemcachedSoakTest extends CacheSoakContract {

    MemcachedSoakTest() {
        super(MemcachedKeeper.started());
    }
}
