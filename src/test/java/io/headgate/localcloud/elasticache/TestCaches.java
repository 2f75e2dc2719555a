package io.headgate.localcloud.elasticache;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalCloudException;
import io.headgate.localcloud.RedisSocket;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.elasticache.ElastiCacheAsyncClient;
import software.amazon.awssdk.services.elasticache.model.CreateReplicationGroupRequest;
import software.amazon.awssdk.services.elasticache.model.Endpoint;
import software.amazon.awssdk.services.elasticache.model.NodeGroupMember;
import software.amazon.awssdk.services.elasticache.model.ReplicationGroup;

/** Replication groups of a local cloud, which are deleted at the end. */
final class TestCaches implements AutoCloseable {

    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final Pattern PID = Pattern.compile("process_id:(\\d+)");

    final ElastiCacheAsyncClient client;

    private final LocalCloud cloud;
    private final List<String> made = new ArrayList<>();

    TestCaches(LocalCloud cloud) {
        this.cloud = cloud;
        this.client = cloud.rds().elastiCache();
    }

    /** The name of a new group that is available. */
    String create(Consumer<CreateReplicationGroupRequest.Builder> settings) {
        String name = "group-" + UUID.randomUUID().toString().substring(0, 8);
        client.createReplicationGroup(request -> {
                    request.replicationGroupId(name)
                            .replicationGroupDescription("of a test")
                            .cacheNodeType("cache.t4g.micro");
                    settings.accept(request);
                })
                .join();
        made.add(name);
        awaitAvailable(name);
        return name;
    }

    ReplicationGroup group(String name) {
        return client.describeReplicationGroups(request -> request.replicationGroupId(name))
                .join()
                .replicationGroups()
                .get(0);
    }

    void awaitAvailable(String name) {
        await(name + " is available", () -> group(name).status(), "available");
    }

    /** Where clients find the group. */
    String endpoint(String name) {
        ReplicationGroup group = group(name);
        return text(
                group.configurationEndpoint() != null
                        ? group.configurationEndpoint()
                        : group.nodeGroups().get(0).primaryEndpoint());
    }

    /** Where a member of a group listens. */
    String endpointOf(String member) {
        return text(client.describeCacheClusters(
                        request -> request.cacheClusterId(member).showCacheNodeInfo(true))
                .join()
                .cacheClusters()
                .get(0)
                .cacheNodes()
                .get(0)
                .endpoint());
    }

    private static String text(Endpoint endpoint) {
        return endpoint.address() + ":" + endpoint.port();
    }

    /** The members of a group that have a role. */
    List<String> members(String group, String role) {
        return group(group).nodeGroups().stream()
                .flatMap(shard -> shard.nodeGroupMembers().stream())
                .filter(member -> role.equals(member.currentRole()))
                .map(NodeGroupMember::cacheClusterId)
                .toList();
    }

    List<String> events(String group) {
        return client
                .describeEvents(request -> request.sourceIdentifier(group).sourceType("replication-group"))
                .join()
                .events()
                .stream()
                .map(event -> event.message())
                .toList();
    }

    /** Redis's answer, or why there is none. */
    static String ask(String endpoint, String command) {
        try {
            return RedisSocket.ask(endpoint, command);
        } catch (LocalCloudException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** Kills the server behind an endpoint as nothing can be asked to end. */
    static void kill(String endpoint) {
        Matcher pid = PID.matcher(RedisSocket.ask(endpoint, "INFO server"));
        assertThat(pid.find()).isTrue();
        ProcessHandle server = ProcessHandle.of(Long.parseLong(pid.group(1))).orElseThrow();
        assertThat(server.destroyForcibly()).isTrue();
        server.onExit().join();
    }

    /** What the local cloud answers of a node. */
    String server(String node, @Nullable String state) throws IOException, InterruptedException {
        URI uri = URI.create(
                cloud.rds().endpoint() + "/_local/caches/" + node + (state == null ? "" : "?server=" + state));
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(uri)
                                .method(state == null ? "GET" : "POST", HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body()
                .strip();
    }

    static <T> void await(String what, Supplier<T> seen, T wanted) {
        long deadline = System.nanoTime() + LONGEST.toNanos();
        T last = seen.get();
        while (!last.equals(wanted)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("never " + what + ": " + last);
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            last = seen.get();
        }
    }

    void delete(String name) {
        awaitAvailable(name);
        client.deleteReplicationGroup(request -> request.replicationGroupId(name))
                .join();
        made.remove(name);
    }

    @Override
    public void close() {
        List.copyOf(made).forEach(this::delete);
        client.close();
    }
}
