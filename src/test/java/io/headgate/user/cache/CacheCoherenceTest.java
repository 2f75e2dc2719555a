package io.headgate.user.cache;

class CacheCoherenceTest extends RedisCoherenceContract {

    CacheCoherenceTest() {
        super(RedisKeeper.ofTheCloud());
    }
}
