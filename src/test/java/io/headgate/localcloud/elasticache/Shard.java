package io.headgate.localcloud.elasticache;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Nodes with the same keys, of which one takes the writes. Whoever reads or changes it holds the {@link CacheAccount}'s lock. */
final class Shard {

    final String name;

    /** Such as {@code 0-8191}; {@code null} without cluster mode. */
    final @Nullable String slots;

    final List<CacheNode> nodes;
    CacheNode primary;

    /** @param nodes the primary first */
    Shard(String name, @Nullable String slots, List<CacheNode> nodes) {
        this.name = name;
        this.slots = slots;
        this.nodes = List.copyOf(nodes);
        this.primary = nodes.get(0);
    }

    /** The replicas that could take over now. */
    List<CacheNode> heirs() {
        return nodes.stream()
                .filter(node -> node != primary && node.running().isRunning())
                .toList();
    }
}
