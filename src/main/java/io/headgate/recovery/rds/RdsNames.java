package io.headgate.recovery.rds;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * RDS's rules for the identifiers of databases and snapshots: letters, digits and hyphens, the first a letter, no two
 * hyphens in a row and none at the end. Capitals do not matter.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html">CreateDBInstance,
 *     DBInstanceIdentifier</a>
 * @see <a href="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSnapshot.html">CreateDBSnapshot,
 *     DBSnapshotIdentifier</a>
 */
public final class RdsNames {

    /** How long the identifier of a DB instance or DB cluster may be. */
    public static final int LONGEST_DATABASE = 63;

    private static final int LONGEST_SNAPSHOT = 255;
    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z](-?[A-Za-z0-9])*+");

    /** Before a colon, whose it is: {@code rds:} for automated ones, {@code awsbackup:} for those of AWS Backup. */
    private static final Pattern SNAPSHOT = Pattern.compile("([a-z]++:)?[A-Za-z0-9][A-Za-z0-9:-]*+");

    private RdsNames() {}

    /** Whether RDS could know a database of this name. */
    public static boolean mayBeDatabase(String name) {
        return name.length() <= LONGEST_DATABASE && IDENTIFIER.matcher(name).matches();
    }

    /** Whether RDS could know a snapshot of this name, automated ones included. */
    public static boolean mayBeSnapshot(String name) {
        return name.length() <= LONGEST_SNAPSHOT && SNAPSHOT.matcher(name).matches();
    }

    /**
     * Why a new thing can't have a name.
     *
     * @param thing what it is, as in {@code the snapshot's name}
     */
    public static List<String> problems(String thing, String name, int longest) {
        List<String> problems = new ArrayList<>();
        if (name.isEmpty() || name.length() > longest) {
            problems.add(thing + " has " + name.length() + " characters; 1 to " + longest + " are allowed");
        }
        if (!name.isEmpty() && !IDENTIFIER.matcher(name).matches()) {
            problems.add(
                    thing + " '" + name + "' is not allowed: it begins with a letter, goes on with letters, digits and"
                            + " hyphens, and has no two hyphens in a row and none at the end");
        }
        return problems;
    }
}
