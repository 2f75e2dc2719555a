package io.headgate.user.cache;

class CacheSoakTest extends CacheSoakContract {

    CacheSoakTest() {
        super(RedisKeeper.ofTheCloud());
    }
}
