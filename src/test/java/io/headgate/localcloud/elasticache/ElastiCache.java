package io.headgate.localcloud.elasticache;

import io.headgate.localcloud.LocalClock;
import io.headgate.localcloud.LocalRedis;
import io.headgate.localcloud.query.QueryError;
import io.headgate.localcloud.query.QueryRequest;
import io.headgate.localcloud.query.XmlResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Every action of ElastiCache that is here, by its name. */
public final class ElastiCache implements AutoCloseable {

    /** By which its requests are told from those of other services. */
    public static final String VERSION = "2015-02-02";

    /** That of its answers. */
    public static final String NAMESPACE = "http://elasticache.amazonaws.com/doc/" + VERSION + "/";

    /** The cloud's own Redis: what there is before anybody creates anything. */
    private static final String OWN = "my-redis";

    /** One action, which reads the request and writes the content of the result, with the account's lock. */
    @FunctionalInterface
    private interface Action {
        void answer(QueryRequest request, XmlResponse xml);
    }

    private final CacheAccount account;
    private final Failovers failovers;
    private final Map<String, Action> actions = new HashMap<>();

    /**
     * A control plane whose replication group {@value #OWN} is a server that is not closed with it.
     *
     * @param directory where each server gets a directory of its own
     */
    public ElastiCache(LocalClock clock, Path directory, LocalRedis own) {
        this.account = new CacheAccount(clock, directory);
        CacheXml writer = new CacheXml();
        Snapshots snapshots = new Snapshots(account, writer);
        this.failovers = new Failovers(account);
        ReplicationGroups groups = new ReplicationGroups(account, writer, snapshots, failovers);
        CacheClusters clusters = new CacheClusters(account, writer, snapshots);
        actions.put("CreateReplicationGroup", groups::create);
        actions.put("DescribeReplicationGroups", groups::describe);
        actions.put("ModifyReplicationGroup", groups::modify);
        actions.put("DeleteReplicationGroup", groups::delete);
        actions.put("TestFailover", groups::testFailover);
        actions.put("CreateCacheCluster", clusters::create);
        actions.put("DescribeCacheClusters", clusters::describe);
        actions.put("ModifyCacheCluster", clusters::modify);
        actions.put("DeleteCacheCluster", clusters::delete);
        actions.put("CreateSnapshot", snapshots::create);
        actions.put("DescribeSnapshots", snapshots::describe);
        actions.put("DeleteSnapshot", snapshots::delete);
        actions.put("DescribeEvents", account::describeEvents);
        actions.put("ListTagsForResource", (request, xml) -> xml.tags(account.tags(request.require("ResourceName"))));
        actions.put("AddTagsToResource", (request, xml) -> {
            account.tags(request.require("ResourceName")).putAll(request.tags());
            xml.tags(account.tags(request.require("ResourceName")));
        });
        actions.put("RemoveTagsFromResource", (request, xml) -> {
            account.tags(request.require("ResourceName")).keySet().removeAll(request.strings("TagKeys", "member"));
            xml.tags(account.tags(request.require("ResourceName")));
        });
        groups.adopt(OWN, own);
        failovers.start();
        snapshots.start();
    }

    /**
     * Answers a request.
     *
     * @throws QueryError as ElastiCache would fail
     */
    public String answer(QueryRequest request) {
        String name = request.action();
        Action action = actions.get(name);
        if (action == null) {
            throw new QueryError("InvalidAction", 400, "Could not find operation " + name + " for version " + VERSION);
        }
        synchronized (account) {
            return XmlResponse.of(NAMESPACE, name, xml -> action.answer(request, xml));
        }
    }

    /**
     * Lets the server of a node fail, or run again. A primary that runs again becomes a replica of one that runs, which has
     * the data.
     *
     * @param node a member of a replication group, or a cache cluster
     * @param query {@code server=stopped}, {@code server=crashed} or {@code server=running}; {@code null} changes nothing
     * @return JSON that tells how it is now
     * @throws IllegalArgumentException with a message that tells what can be asked for
     */
    public String server(String node, @Nullable String query) {
        return failovers.server(node, query);
    }

    /** How many seconds a member of a replication group is behind its primary now; empty of all others. */
    public OptionalInt replicationLag(String node) {
        return failovers.lag(node);
    }

    /** Ends all servers besides the cloud's own. Their files stay, in the cloud's directory. */
    @Override
    public void close() {
        account.close();
    }
}
