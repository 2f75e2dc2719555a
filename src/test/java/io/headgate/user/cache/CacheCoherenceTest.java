package io.headgate.user.cache;

class CacheCoherenceTest extends CacheCoherenceContract {

    CacheCoherenceTest() {
        super(RedisKeeper.ofTheCloud());
    }
}
