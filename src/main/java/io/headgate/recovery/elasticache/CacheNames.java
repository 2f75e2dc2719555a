package io.headgate.recovery.elasticache;

import io.headgate.recovery.Change;
import io.headgate.recovery.FleetChange.DeleteDatabase;
import io.headgate.recovery.TagRules;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Why ElastiCache would refuse a change for its form alone. Names are letters, digits and hyphens, the first a letter, no two
 * hyphens in a row and none at the end; ElastiCache keeps them in lower case.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html">CreateReplicationGroup</a>
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateCacheCluster.html">CreateCacheCluster</a>
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-automatic.html">Scheduling automatic backups</a>
 */
final class CacheNames {

    /** ElastiCache takes 50 tags, one of which is Headgate's. */
    static final TagRules TAGS =
            new TagRules(49, 0, Pattern.compile("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*"), List.of("aws:", "headgate:"));

    /** Before the names of automatic snapshots. */
    private static final String AUTOMATIC = "automatic.";

    private static final int LONGEST_GROUP = 40;
    private static final int LONGEST_CLUSTER = 50;
    private static final int LONGEST_SNAPSHOT = 255;
    private static final int LONGEST_RETENTION = 35;
    private static final Pattern NAME = Pattern.compile("[A-Za-z](-?[A-Za-z0-9])*+");

    /** Automatic ones have a point and a time in theirs. */
    private static final Pattern SNAPSHOT = Pattern.compile("[A-Za-z][A-Za-z0-9.:-]*+");

    private CacheNames() {}

    /** Whether ElastiCache could know a cache of this name. */
    static boolean mayBeCache(String name) {
        return name.length() <= LONGEST_CLUSTER && NAME.matcher(name).matches();
    }

    /** Whether ElastiCache could know a snapshot of this name, automatic ones included. */
    static boolean mayBeSnapshot(String name) {
        return name.length() <= LONGEST_SNAPSHOT && SNAPSHOT.matcher(name).matches();
    }

    /** None where ElastiCache would not. */
    static List<String> problems(Change change) {
        List<String> problems = new ArrayList<>();
        if (change instanceof Change.CreateSnapshot create) {
            name("the snapshot's name", create.name(), LONGEST_SNAPSHOT, problems);
            problems.addAll(TAGS.problems(create.tags()));
        } else if (change instanceof Change.DeleteSnapshot delete) {
            String key = delete.snapshot().key();
            if (key.startsWith(AUTOMATIC)) {
                problems.add("'" + key + "' is an automatic snapshot: ElastiCache deletes it when its time has come");
            } else if (!mayBeSnapshot(key)) {
                problems.add("'" + key + "' is no snapshot's name: take the id from the query snapshots");
            }
        } else if (change instanceof Change.Restore restore) {
            name("target", restore.target().name(), LONGEST_GROUP, problems);
            problems.addAll(TAGS.problems(restore.tags()));
        } else if (change instanceof Change.SetBackupPolicy policy) {
            if (policy.retentionDays() < 1 || policy.retentionDays() > LONGEST_RETENTION) {
                problems.add(
                        "retentionDays is " + policy.retentionDays() + "; 1 to " + LONGEST_RETENTION + " are allowed");
            }
        } else if (change instanceof DeleteDatabase delete && delete.finalSnapshot() != null) {
            if (delete.skipFinalSnapshot()) {
                problems.add("give either finalSnapshot or skipFinalSnapshot: true");
            }
            name("finalSnapshot", delete.finalSnapshot(), LONGEST_SNAPSHOT, problems);
        }
        return problems;
    }

    private static void name(String thing, String name, int longest, List<String> problems) {
        if (name.isEmpty() || name.length() > longest) {
            problems.add(thing + " has " + name.length() + " characters; 1 to " + longest + " are allowed");
        }
        if (!name.isEmpty() && !NAME.matcher(name).matches()) {
            problems.add(
                    thing + " '" + name + "' is not allowed: it begins with a letter, goes on with letters, digits and"
                            + " hyphens, and has no two hyphens in a row and none at the end");
        }
    }
}
