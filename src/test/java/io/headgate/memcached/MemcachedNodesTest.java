package io.headgate.memcached;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemcachedNodesTest {

    /** The example of ElastiCache's user guide, "Output format". */
    private static final String ANSWER = "12\n"
            + "myCluster.pc4ldq.0001.use1.cache.amazonaws.com|10.82.235.120|11211"
            + " myCluster.pc4ldq.0002.use1.cache.amazonaws.com|10.80.249.27|11211\n";

    @Test
    void nodesAreReadAsElastiCacheTellsThem() {
        MemcachedNodes nodes = MemcachedNodes.read(ANSWER.getBytes(US_ASCII));

        assertThat(nodes)
                .isEqualTo(new MemcachedNodes(
                        12,
                        List.of(
                                new MemcachedNode("myCluster.pc4ldq.0001.use1.cache.amazonaws.com", 11211),
                                new MemcachedNode("myCluster.pc4ldq.0002.use1.cache.amazonaws.com", 11211))));
    }

    @Test
    void aNodeWithoutANameIsItsAddress() {
        MemcachedNodes nodes = MemcachedNodes.read("1\n|10.0.0.1|11211\n".getBytes(US_ASCII));

        assertThat(nodes.nodes()).containsExactly(new MemcachedNode("10.0.0.1", 11211));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "12", "twelve\na|b|1\n", "12\na|b\n", "12\n\n", "12\na|b|port\n"})
    void whatIsNoListOfNodesIsRefused(String answer) {
        assertThatIllegalArgumentException().isThrownBy(() -> MemcachedNodes.read(answer.getBytes(US_ASCII)));
    }

    @Test
    void oneNodeMoreTakesItsShareAndMovesNoOtherKey() {
        MemcachedNodes four = nodes(4);
        MemcachedNodes five = nodes(5);
        MemcachedNode fifth = five.nodes().get(4);
        List<String> keys =
                IntStream.range(0, 10_000).mapToObj(i -> "hg:u:" + i).toList();

        Map<MemcachedNode, Long> shares =
                keys.stream().map(five::of).collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));

        assertThat(shares.values())
                .hasSize(5)
                .allSatisfy(share -> assertThat(share).isBetween(1_700L, 2_300L));
        assertThat(keys)
                .allSatisfy(key -> assertThat(five.of(key))
                        .satisfiesAnyOf(
                                node -> assertThat(node).isEqualTo(fifth),
                                node -> assertThat(node).isEqualTo(four.of(key))));
    }

    @Test
    void theOrderInWhichNodesAreNamedDecidesNothing() {
        MemcachedNode one = MemcachedNode.parse("one");
        MemcachedNode two = MemcachedNode.parse("two:11212");

        MemcachedNodes nodes = new MemcachedNodes(0, List.of(two, one));

        assertThat(nodes).isEqualTo(new MemcachedNodes(0, List.of(one, two)));
        assertThat(nodes.fingerprint()).isEqualTo(new MemcachedNodes(0, List.of(one, two)).fingerprint());
        assertThat(nodes.fingerprint()).isNotEqualTo(new MemcachedNodes(0, List.of(one)).fingerprint());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "host:", "host:port", "http://host"})
    void whatIsNoAddressIsRefused(String address) {
        assertThatIllegalArgumentException().isThrownBy(() -> MemcachedNode.parse(address));
    }

    private static MemcachedNodes nodes(int count) {
        return new MemcachedNodes(
                count,
                IntStream.range(0, count)
                        .mapToObj(i -> new MemcachedNode("node" + i, 11211))
                        .toList());
    }
}
