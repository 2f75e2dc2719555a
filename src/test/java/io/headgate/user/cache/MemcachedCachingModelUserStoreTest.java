package io.headgate.user.cache;

import java.util.Map;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(
        value = "io.headgate.localcloud.LocalMemcached#isInstalled",
        disabledReason = "there is no memcached on the PATH (Debian: apt-get install memcached)")
class MemcachedCachingModelUserStoreTest extends CachingModelUserStoreTest {

    @Override
    Gateway gateway() {
        return Gateway.startedWithMemcached(Map.of());
    }
}
