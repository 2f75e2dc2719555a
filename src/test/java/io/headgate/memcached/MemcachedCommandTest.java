package io.headgate.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands, as doc/protocol.txt of Memcached has them. */
class MemcachedCommandTest {

    @Test
    void aKeyStaysAsItIsWhereTheProtocolAllowsIt() {
        assertThat(MemcachedCommand.key("hg:1x2:u:P:{a}/42")).isEqualTo("hg:1x2:u:P:{a}/42");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a\r\nflush_all\r\n", "ключ", "\u007f", "🦊"})
    void aKeyThatTheProtocolForbidsBecomesADigest(String key) {
        assertThat(MemcachedCommand.key(key)).matches("#[A-Za-z0-9_-]{43}");
        assertThat(MemcachedCommand.key(key + "x")).isNotEqualTo(MemcachedCommand.key(key));
    }

    @Test
    void aKeyThatIsTooLongBecomesADigest() {
        assertThat(MemcachedCommand.key("x".repeat(250))).hasSize(250);
        assertThat(MemcachedCommand.key("x".repeat(251))).hasSize(44);
    }

    @Test
    void anItemStaysAtLeastAsLongAsAskedFor() {
        assertThat(MemcachedCommand.add("k", new byte[] {'v'}, Duration.ofMillis(1_500)))
                .hasToString("add k 0 3 1\r\nv\r\n");
        assertThat(MemcachedCommand.add("k", new byte[0], Duration.ZERO)).hasToString("add k 0 0 0\r\n\r\n");
        assertThat(MemcachedCommand.cas("k", new byte[] {'v'}, Duration.ofDays(40), "7"))
                .hasToString("cas k 0 2592000 1 7\r\nv\r\n");
    }
}
