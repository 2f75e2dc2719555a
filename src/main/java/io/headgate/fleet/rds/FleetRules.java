package io.headgate.fleet.rds;

import io.headgate.recovery.DatabaseKind;
import io.headgate.recovery.DatabaseSettings;
import io.headgate.recovery.FleetChange;
import io.headgate.recovery.FleetChange.CreateDatabase;
import io.headgate.recovery.FleetChange.CreateReadReplica;
import io.headgate.recovery.FleetChange.DeleteDatabase;
import io.headgate.recovery.FleetChange.FailoverDatabase;
import io.headgate.recovery.FleetChange.ModifyDatabase;
import io.headgate.recovery.FleetChange.PromoteReadReplica;
import io.headgate.recovery.FleetChange.RebootDatabase;
import io.headgate.recovery.Password;
import io.headgate.recovery.rds.RdsNames;
import io.headgate.recovery.rds.RdsTags;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Why RDS would refuse a change of the fleet for its form alone, or for what its engine can't do.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html">CreateDBInstance</a>
 */
final class FleetRules {

    /** How many instances a cluster has at the most, its writer among them. */
    static final int MOST_MEMBERS = 16;

    private static final int LONGEST_RETENTION = 35;
    private static final int LONGEST_PASSWORD = 128;
    private static final int LONGEST_SNAPSHOT = 255;
    private static final int LONGEST_CLUSTER_SNAPSHOT = 63;
    private static final int LARGEST_STORAGE = 65_536;
    private static final int LARGEST_MAGNETIC = 3_072;
    private static final int SMALLEST_STORAGE = 20;
    private static final int SMALLEST_PROVISIONED = 100;
    private static final int LOWEST_PORT = 1_150;
    private static final int HIGHEST_PORT = 65_535;
    /** What a DB instance has when nothing is said. */
    static final String STORAGE_TYPE = "gp3";

    private static final String MAGNETIC = "standard";
    static final Set<String> PROVISIONED = Set.of("io1", "io2");
    private static final Set<String> STORAGE_TYPES = Set.of("gp2", STORAGE_TYPE, "io1", "io2", MAGNETIC);
    private static final Pattern CLASS = Pattern.compile("db\\.(serverless|[a-z0-9-]+\\.[a-z0-9-]+(\\.[a-z0-9.]+)?)");
    private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern PRINTABLE = Pattern.compile("[ -~]*");

    private final List<String> problems = new ArrayList<>();

    private FleetRules() {}

    /** None where RDS would not. */
    static List<String> problems(FleetChange change) {
        FleetRules rules = new FleetRules();
        rules.check(change);
        return rules.problems;
    }

    /** What is wrong with a password for an engine's master user. */
    static List<String> problems(Engine engine, @Nullable Password password) {
        FleetRules rules = new FleetRules();
        rules.password(engine, password);
        return rules.problems;
    }

    /** How much storage a new DB instance gets when nobody says how much. */
    static int smallestStorage(@Nullable String storageType) {
        return storageType != null && PROVISIONED.contains(storageType) ? SMALLEST_PROVISIONED : SMALLEST_STORAGE;
    }

    private void check(FleetChange change) {
        boolean isCluster = change.kind() == DatabaseKind.AURORA_CLUSTER;
        if (change instanceof CreateDatabase create) {
            creation(create);
        } else if (change instanceof ModifyDatabase modify) {
            modification(modify, isCluster);
        } else if (change instanceof DeleteDatabase delete) {
            deletion(delete, isCluster);
        } else if (change instanceof RebootDatabase) {
            require(!isCluster, "a cluster is restarted instance by instance: reboot those that members lists");
        } else if (change instanceof FailoverDatabase failover) {
            require(
                    isCluster || failover.to() == null,
                    "target names a reader of a cluster: the standby of a DB instance has no name");
        } else if (change instanceof CreateReadReplica replica) {
            names("target", replica.database().name(), RdsNames.LONGEST_DATABASE);
            settings(replica.settings());
            require(replica.settings().retentionDays() == null, "a read replica has no backups of its own");
            problems.addAll(RdsTags.RULES.problems(replica.tags()));
        } else if (change instanceof PromoteReadReplica promotion) {
            require(!isCluster, "a cluster is no read replica: name a DB instance, rds:...");
            retention(promotion.retentionDays());
        }
    }

    private void creation(CreateDatabase create) {
        Engine engine = Engine.find(create.engine());
        if (engine == null) {
            problems.add("'" + create.engine() + "' is no engine that is made here: one of "
                    + String.join(", ", Engine.names()));
            return;
        }
        // The instances of a cluster are named after it, with a hyphen and two digits at the most.
        names("name", create.database().name(), RdsNames.LONGEST_DATABASE - (engine.isAurora() ? 3 : 0));
        DatabaseSettings settings = create.settings();
        settings(settings);
        require(
                settings.instanceClass() != null && !settings.instanceClass().equals("db.serverless"),
                "instanceClass names a class with a size, such as db.t4g.medium");
        if (engine.isAurora()) {
            ofCluster(settings);
            require(
                    create.readers() >= 0 && create.readers() < MOST_MEMBERS,
                    "readers is " + create.readers() + "; 0 to " + (MOST_MEMBERS - 1) + " are allowed");
        } else {
            require(create.readers() == 0, "readers belong to Aurora clusters: create read replicas afterwards");
            storage(engine, settings);
        }
        require(
                engine.standby() || !isTrue(settings.multiAz()) || engine.isAurora(),
                engine.name() + " can't be Multi-AZ");
        require(engine.encryption() || !isTrue(create.encrypted()), engine.name() + " can't encrypt its storage");
        require(
                create.kmsKey() == null || isTrue(create.encrypted()),
                "kmsKey is for encrypted storage: leave it out, or encrypt");
        databaseName(engine, create.databaseName());
        username(engine, create.masterUsername());
        password(engine, create.password());
        Integer port = create.port();
        require(
                port == null || (port >= LOWEST_PORT && port <= HIGHEST_PORT),
                "port is " + port + "; " + LOWEST_PORT + " to " + HIGHEST_PORT + " are allowed");
        problems.addAll(RdsTags.RULES.problems(create.tags()));
    }

    private void modification(ModifyDatabase modify, boolean isCluster) {
        DatabaseSettings settings = modify.settings();
        settings(settings);
        if (isCluster) {
            ofCluster(settings);
            require(
                    settings.instanceClass() == null && settings.publiclyAccessible() == null,
                    "the class and the accessibility are those of a cluster's instances: modify these");
        }
        require(
                modify.password() == null || !modify.managedPassword(),
                "give either masterPassword or managedPassword: true");
        require(
                !settings.equals(DatabaseSettings.none()) || modify.password() != null || modify.managedPassword(),
                "there is nothing to modify: give a setting");
        password(null, modify.password());
    }

    private void deletion(DeleteDatabase delete, boolean isCluster) {
        String snapshot = delete.finalSnapshot();
        if (snapshot != null) {
            require(!delete.skipFinalSnapshot(), "give either finalSnapshot or skipFinalSnapshot: true");
            names("finalSnapshot", snapshot, isCluster ? LONGEST_CLUSTER_SNAPSHOT : LONGEST_SNAPSHOT);
        }
    }

    private void settings(DatabaseSettings settings) {
        retention(settings.retentionDays());
        matches("instanceClass", settings.instanceClass(), CLASS, "such as db.t4g.micro");
        matches("engineVersion", settings.engineVersion(), VERSION, "such as 17.4");
        String type = settings.storageType();
        require(
                type == null || STORAGE_TYPES.contains(type),
                "storageType is one of "
                        + String.join(", ", STORAGE_TYPES.stream().sorted().toList()));
        Integer iops = settings.iops();
        require(iops == null || iops > 0, "iops is positive");
        require(
                iops == null || type == null || PROVISIONED.contains(type) || type.equals(STORAGE_TYPE),
                "iops is for the storage types io1, io2 and gp3");
        Integer gib = settings.storageGib();
        require(
                gib == null || (gib > 0 && gib <= LARGEST_STORAGE),
                "storageGib is " + gib + "; up to " + LARGEST_STORAGE + " are allowed");
        List<String> groups = settings.securityGroups();
        require(groups == null || !groups.isEmpty(), "securityGroups names one at least; leave it out for the default");
    }

    private void storage(Engine engine, DatabaseSettings settings) {
        String type = settings.storageType() == null ? STORAGE_TYPE : settings.storageType();
        boolean isMagnetic = type.equals(MAGNETIC);
        int least = isMagnetic ? engine.smallestMagnetic() : smallestStorage(type);
        int most = isMagnetic ? LARGEST_MAGNETIC : LARGEST_STORAGE;
        Integer gib = settings.storageGib();
        require(
                gib == null || (gib >= least && gib <= most),
                "storageGib is " + gib + "; " + least + " to " + most + " are allowed of " + type);
        require(!PROVISIONED.contains(type) || settings.iops() != null, "the storage type " + type + " needs iops");
    }

    private void ofCluster(DatabaseSettings settings) {
        boolean hasStorage = Stream.of(settings.storageGib(), settings.storageType(), settings.iops())
                .anyMatch(each -> each != null);
        require(
                !hasStorage,
                "the storage of an Aurora cluster grows by itself: leave out storageGib, storageType, iops");
        require(
                settings.multiAz() == null,
                "an Aurora cluster is in several zones when it has readers: leave out multiAz");
    }

    private void retention(@Nullable Integer days) {
        require(
                days == null || (days >= 1 && days <= LONGEST_RETENTION),
                "backupRetentionDays is " + days + "; 1 to " + LONGEST_RETENTION + " are allowed");
    }

    private void databaseName(Engine engine, @Nullable String name) {
        if (name == null) {
            return;
        }
        int longest = engine.longestDatabaseName();
        require(longest > 0, "no database is made within " + engine.name() + ": leave out databaseName");
        require(
                longest == 0 || name.matches("[A-Za-z][A-Za-z0-9_]{0," + (longest - 1) + "}"),
                "databaseName begins with a letter, goes on with letters, digits and underscores, and has " + longest
                        + " characters at the most");
    }

    private void username(Engine engine, String name) {
        require(
                name.matches("[A-Za-z][A-Za-z0-9_]{0," + (engine.longestUsername() - 1) + "}"),
                "masterUsername begins with a letter, goes on with letters, digits and underscores, and has "
                        + engine.longestUsername() + " characters at the most");
        require(!engine.reserves(name), "masterUsername '" + name + "' is reserved by " + engine.name());
    }

    /** Says nothing of the password but what is wrong with it. */
    private void password(@Nullable Engine engine, @Nullable Password password) {
        String value = password == null ? null : password.reveal();
        if (value == null) {
            return;
        }
        int longest = engine == null ? LONGEST_PASSWORD : engine.longestPassword();
        String without = engine == null ? Engine.NOT_IN_PASSWORD : engine.notInPassword();
        require(
                value.length() >= Engine.SHORTEST_PASSWORD && value.length() <= longest,
                "masterPassword has " + Engine.SHORTEST_PASSWORD + " to " + longest + " characters");
        require(
                PRINTABLE.matcher(value).matches() && value.chars().noneMatch(each -> without.indexOf(each) >= 0),
                "masterPassword consists of printable ASCII without the space and any of " + without.strip());
    }

    private void names(String thing, String name, int longest) {
        problems.addAll(RdsNames.problems(thing, name, longest));
    }

    private void matches(String thing, @Nullable String value, Pattern pattern, String example) {
        require(
                value == null || pattern.matcher(value).matches(),
                thing + " '" + value + "' is not allowed: " + example);
    }

    private void require(boolean holds, String problem) {
        if (!holds) {
            problems.add(problem);
        }
    }

    private static boolean isTrue(@Nullable Boolean flag) {
        return Boolean.TRUE.equals(flag);
    }
}
