package io.headgate.user.dynamodb;

import io.headgate.user.cache.Gateway;
import java.util.Map;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(
        value = "io.headgate.localcloud.LocalMemcached#isInstalled",
        disabledReason = "there is no memcached on the PATH (Debian: apt-get install memcached)")
class MemcachedCachingDynamoDbUserStoreTest extends CachingDynamoDbUserStoreTest {

    @Override
    Gateway gateway() {
        return Gateway.startedWithMemcached(Map.of());
    }
}
