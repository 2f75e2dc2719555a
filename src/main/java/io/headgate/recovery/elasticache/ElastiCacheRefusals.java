package io.headgate.recovery.elasticache;

import static io.headgate.error.ErrorCode.ALREADY_EXISTS;
import static io.headgate.error.ErrorCode.FAILED_PRECONDITION;
import static io.headgate.error.ErrorCode.INVALID_ARGUMENT;
import static io.headgate.error.ErrorCode.NOT_FOUND;
import static io.headgate.error.ErrorCode.RESOURCE_EXHAUSTED;

import io.headgate.aws.AwsRefusals;
import java.util.List;

/**
 * What ElastiCache's refusals mean: every code that the API reference lists for a call that Headgate makes.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_Operations.html">ElastiCache API reference:
 *     actions</a>
 */
final class ElastiCacheRefusals {

    private static final String QUOTA =
            ": delete what is not needed, or ask AWS for a higher quota in Service Quotas, and try again";
    private static final String WITHOUT_REAPPLY = " is not there: restore without reapply, and set it afterwards";

    /** What ListTagsForResource and AddTagsToResource can refuse for resources that Headgate never names. */
    private static final List<String> OTHER_RESOURCES = List.of(
            "InvalidServerlessCacheSnapshotStateFault",
            "InvalidServerlessCacheStateFault",
            "ReservedCacheNodeNotFound",
            "ServerlessCacheNotFoundFault",
            "ServerlessCacheSnapshotNotFoundFault",
            "UserNotFound");

    static final AwsRefusals TABLE = table();

    private ElastiCacheRefusals() {}

    private static AwsRefusals table() {
        AwsRefusals.Builder table = AwsRefusals.table();
        things(table);
        states(table);
        limits(table);
        settings(table);
        for (String code : List.of(
                "InvalidARN",
                "InvalidParameterCombination",
                "InvalidParameterValue",
                "InvalidQueryParameter",
                "MissingParameter",
                "ValidationError")) {
            table.row(
                    code,
                    INVALID_ARGUMENT,
                    "ElastiCache does not accept what was asked for: check names and days, and whether the cache's engine and"
                            + " node type allow it");
        }
        for (String code : OTHER_RESOURCES) {
            table.row(code, NOT_FOUND, "ElastiCache has no such resource to tag: read the query databases again");
        }
        return table.build();
    }

    private static void things(AwsRefusals.Builder table) {
        for (String[] each : new String[][] {
            {"CacheClusterNotFound", "cache cluster", "databases"},
            {"ReplicationGroupNotFoundFault", "replication group", "databases"},
            {"NodeGroupNotFoundFault", "shard", "databases"},
            {"SnapshotNotFoundFault", "snapshot", "snapshots"}
        }) {
            table.row(
                    each[0],
                    NOT_FOUND,
                    "ElastiCache has no " + each[1] + " of that name in this account and region: read the query "
                            + each[2] + " again");
        }
        table.row(
                        "GlobalReplicationGroupNotFoundFault",
                        NOT_FOUND,
                        "the Global Datastore is not there: read the query databases again")
                .row(
                        "ReplicationGroupAlreadyExists",
                        ALREADY_EXISTS,
                        "there is a replication group of that name already: choose another name")
                .row(
                        "SnapshotAlreadyExistsFault",
                        ALREADY_EXISTS,
                        "there is a snapshot of that name already: choose another name");
    }

    private static void states(AwsRefusals.Builder table) {
        for (String[] each : new String[][] {
            {"InvalidCacheClusterState", "the cache cluster"},
            {"InvalidReplicationGroupState", "the replication group"},
            {"InvalidSnapshotState", "the snapshot"},
            {"InvalidCacheSecurityGroupState", "the cache security group"},
            {"InvalidGlobalReplicationGroupState", "the Global Datastore"},
            {"InvalidUserGroupState", "the user group"}
        }) {
            table.row(
                    each[0],
                    FAILED_PRECONDITION,
                    each[1] + " is in a state that does not allow it: read its status, wait until it is available, and"
                            + " try again");
        }
        table.row(
                        "SnapshotFeatureNotSupportedFault",
                        FAILED_PRECONDITION,
                        "ElastiCache takes no snapshots of this cache: Memcached and cache.t1.micro have none")
                .row(
                        "TestFailoverNotAvailableFault",
                        FAILED_PRECONDITION,
                        "ElastiCache lets nobody fail over at present: try again later");
    }

    private static void limits(AwsRefusals.Builder table) {
        table.lasting(
                        "ClusterQuotaForCustomerExceeded",
                        RESOURCE_EXHAUSTED,
                        "the account has its quota of cache clusters" + QUOTA)
                .lasting(
                        "NodeGroupsPerReplicationGroupQuotaExceeded",
                        RESOURCE_EXHAUSTED,
                        "the replication group would have more shards than the account's quota" + QUOTA)
                .lasting(
                        "NodeQuotaForClusterExceeded",
                        RESOURCE_EXHAUSTED,
                        "the cache cluster would have more nodes than the account's quota" + QUOTA)
                .lasting(
                        "NodeQuotaForCustomerExceeded",
                        RESOURCE_EXHAUSTED,
                        "the account has its quota of cache nodes" + QUOTA)
                .lasting(
                        "SnapshotQuotaExceededFault",
                        RESOURCE_EXHAUSTED,
                        "the account has its quota of snapshots of this cache" + QUOTA)
                .lasting(
                        "TagQuotaPerResourceExceeded",
                        RESOURCE_EXHAUSTED,
                        "a resource has 50 tags at the most: give fewer, or remove some")
                .lasting(
                        "APICallRateForCustomerExceeded",
                        RESOURCE_EXHAUSTED,
                        "ElastiCache lets an account fail over 15 shards within a day: try again tomorrow")
                .row(
                        "InsufficientCacheClusterCapacity",
                        RESOURCE_EXHAUSTED,
                        "AWS has no more cache nodes of this type here: try again later, or with another type or zone");
    }

    private static void settings(AwsRefusals.Builder table) {
        for (String[] each : new String[][] {
            {"CacheSecurityGroupNotFound", "the cache security group"},
            {"CacheSubnetGroupNotFoundFault", "the cache subnet group"},
            {"UserGroupNotFound", "the user group"}
        }) {
            table.row(each[0], FAILED_PRECONDITION, each[1] + WITHOUT_REAPPLY);
        }
        table.row(
                        "CacheParameterGroupNotFound",
                        FAILED_PRECONDITION,
                        "the cache parameter group that the snapshot names is not there: create one of that name, and try again")
                .row(
                        "InvalidKMSKeyFault",
                        FAILED_PRECONDITION,
                        "the KMS key can't be used: enable it, and allow it to Headgate's role, then try again")
                .row(
                        "InvalidVPCNetworkStateFault",
                        FAILED_PRECONDITION,
                        "the cache subnet group does not cover its zones any more: mend it, and try again");
    }
}
