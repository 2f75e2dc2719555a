package io.headgate.localcloud.elasticache;

import io.headgate.localcloud.LocalCloudException;
import io.headgate.localcloud.LocalRedis;
import io.headgate.localcloud.TcpFront;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Who takes the writes of a shard. A replica takes over when it is asked to and, with automatic failover, when the primary's
 * server dies; without, the shard stays down. What else dies, and what was the primary, comes back as a replica. See <a
 * href="https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/AutoFailover.html">Minimizing downtime by using Multi-AZ</a>.
 */
final class Failovers {

    private static final long MILLIS_BETWEEN_LOOKS = 100;

    private final CacheAccount account;

    Failovers(CacheAccount account) {
        this.account = account;
    }

    void start() {
        account.repeat(MILLIS_BETWEEN_LOOKS, () -> account.groups.values().forEach(this::look));
    }

    private void look(LocalCache group) {
        for (Shard shard : group.shards) {
            if (!group.status.equals(LocalCache.AVAILABLE)) {
                return;
            }
            if (!shard.primary.running().hasCrashed()) {
                if (shard.nodes.stream().anyMatch(node -> node.running().hasCrashed())) {
                    change(group, "the recovery of nodes of " + group.identifier, () -> recover(shard));
                }
            } else if (group.automaticFailover && !shard.heirs().isEmpty()) {
                promote(group, shard, shard.heirs());
            }
        }
    }

    /**
     * Lets the one that is least behind of some replicas take over: clients of the primary are cut off, and find the new one at
     * the same endpoint.
     */
    void promote(LocalCache group, Shard shard, List<CacheNode> heirs) {
        change(group, "the failover of " + group.identifier, () -> {
            takeOver(group, shard, heirs);
            recover(shard);
        });
    }

    private static CacheNode leastBehind(List<CacheNode> replicas) {
        return Collections.max(
                replicas, Comparator.comparingLong(replica -> replica.running().received()));
    }

    private void change(LocalCache group, String what, Runnable slow) {
        group.status = LocalCache.MODIFYING;
        account.work(
                what,
                () -> {
                    slow.run();
                    return LocalCache.AVAILABLE;
                },
                status -> group.status = status,
                () -> group.status = LocalCache.AVAILABLE);
    }

    private void takeOver(LocalCache group, Shard shard, List<CacheNode> heirs) {
        CacheNode heir = leastBehind(heirs);
        heir.running().takeOver(shard.primary.running());
        synchronized (account) {
            account.tell(
                    group,
                    "Failover from primary node " + shard.primary.identifier + " to replica node " + heir.identifier
                            + " completed");
            shard.primary = heir;
        }
        TcpFront front = group.front;
        if (front != null) {
            front.leadTo(heir.running().port());
        }
    }

    /** Starts what died, and lets all that run follow the primary. */
    private void recover(Shard shard) {
        CacheNode primary;
        synchronized (account) {
            primary = shard.primary;
        }
        for (CacheNode node : shard.nodes) {
            LocalRedis server = node.running();
            if (node != primary && server.hasCrashed()) {
                server.start();
            }
            if (node != primary && server.isRunning()) {
                server.follow(primary.running());
            }
        }
    }

    /** A node, and what it belongs to. */
    private record Member(LocalCache cache, Shard shard, CacheNode node) {}

    private Optional<Member> member(String name) {
        for (LocalCache group : account.groups.values()) {
            for (Shard shard : group.shards) {
                for (CacheNode node : shard.nodes) {
                    if (node.identifier.equals(name)) {
                        return Optional.of(new Member(group, shard, node));
                    }
                }
            }
        }
        return Optional.ofNullable(account.clusters.get(name))
                .map(cluster -> new Member(
                        cluster, cluster.shards.get(0), cluster.nodes().get(0)));
    }

    /** As {@link ElastiCache#replicationLag} has it. */
    OptionalInt lag(String name) {
        LocalRedis primary;
        LocalRedis replica;
        synchronized (account) {
            Member member = member(name).orElse(null);
            primary = member == null ? null : member.shard.primary.redis;
            replica = member == null ? null : member.node.redis;
        }
        try {
            return primary == null || replica == null ? OptionalInt.empty() : primary.lagOf(replica);
        } catch (LocalCloudException e) {
            return OptionalInt.empty();
        }
    }

    /** As {@link ElastiCache#server} has it. */
    String server(String name, @Nullable String query) {
        Member member;
        synchronized (account) {
            member = member(name).orElseThrow(() -> CacheAccount.noCluster(name));
            if (member.node.redis == null) {
                throw new IllegalArgumentException(name + " has no Redis server, or not yet");
            }
            if (query != null) {
                member.cache.requireAvailable();
                member.cache.status = LocalCache.MODIFYING;
            }
        }
        if (query != null) {
            try {
                change(member, query);
            } finally {
                synchronized (account) {
                    member.cache.status = LocalCache.AVAILABLE;
                }
            }
        }
        synchronized (account) {
            return "{\"node\":\"%s\",\"server\":\"%s\",\"role\":\"%s\"}"
                    .formatted(
                            name,
                            member.node.running().isRunning() ? "running" : "stopped",
                            member.node == member.shard.primary ? "primary" : "replica");
        }
    }

    private void change(Member member, String query) {
        LocalRedis server = member.node.running();
        switch (query) {
            case "server=stopped" -> server.stop();
            case "server=crashed" -> server.crash();
            case "server=running" -> {
                List<CacheNode> heirs;
                synchronized (account) {
                    heirs = server.isRunning() || member.node != member.shard.primary
                            ? List.of()
                            : member.shard.heirs();
                }
                if (!heirs.isEmpty()) {
                    takeOver(member.cache, member.shard, heirs);
                }
                server.start();
                recover(member.shard);
            }
            default ->
                throw new IllegalArgumentException("POST /_local/caches/" + member.node.identifier
                        + "?server=stopped or ?server=crashed or ?server=running changes its server");
        }
    }
}
