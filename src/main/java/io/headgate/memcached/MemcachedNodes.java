package io.headgate.memcached;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The servers among which keys are spread. Which one has a key is decided by rendezvous hashing (Thaler and Ravishankar,
 * <i>Using Name-Based Mappings to Increase Hit Rates</i>, 1998): when servers come or go, no other key moves than it must.
 *
 * @param version of the list: of two lists, the one with the greater version is newer
 * @param nodes in the order of their names, at least one
 */
public record MemcachedNodes(long version, List<MemcachedNode> nodes) {

    public MemcachedNodes {
        nodes = nodes.stream()
                .distinct()
                .sorted(Comparator.comparing(MemcachedNode::toString))
                .toList();
        if (nodes.isEmpty()) {
            throw new IllegalArgumentException("there are no servers");
        }
    }

    /**
     * Reads what {@code config get cluster} is answered with: the version on a line, then on the next one the nodes, {@code
     * host|address|port} each.
     *
     * @throws IllegalArgumentException when it is none
     */
    static MemcachedNodes read(byte[] configuration) {
        List<String> lines =
                new String(configuration, StandardCharsets.US_ASCII).lines().toList();
        if (lines.size() < 2) {
            throw new IllegalArgumentException("it has no list of nodes");
        }
        return new MemcachedNodes(
                Long.parseLong(lines.get(0).trim()),
                Arrays.stream(lines.get(1).trim().split(" "))
                        .map(MemcachedNodes::node)
                        .toList());
    }

    private static MemcachedNode node(String entry) {
        String[] parts = entry.split("\\|", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("'" + entry + "' is no node");
        }
        return new MemcachedNode(parts[0].isEmpty() ? parts[1] : parts[0], Integer.parseInt(parts[2]));
    }

    /** The server that has a key. */
    public MemcachedNode of(String key) {
        if (nodes.size() == 1) {
            return nodes.get(0);
        }
        long hash = hash(key);
        return nodes.stream()
                .max(Comparator.comparingLong(node -> mixed(hash ^ hash(node.toString()))))
                .orElseThrow();
    }

    /** A name of the list that no other list has, of letters and digits. */
    public String fingerprint() {
        return Long.toHexString(mixed(hash(nodes.toString())));
    }

    /** FNV-1a. */
    private static long hash(String text) {
        long hash = 0xcbf29ce484222325L;
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (each & 0xff)) * 0x100000001b3L;
        }
        return hash;
    }

    /** The finalizer of MurmurHash3. */
    private static long mixed(long hash) {
        long mixed = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ (mixed >>> 33);
    }
}
