package io.headgate.fleet.rds;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a database engine of RDS can do and takes, as far as AWS documents it.
 *
 * @param name AWS's name of it, edition included
 * @param longestUsername how long the master user's name may be
 * @param longestPassword how long the master user's password may be; the shortest has {@value #SHORTEST_PASSWORD}
 * @param notInPassword what it must not hold
 * @param longestDatabaseName how long the name of a database within may be; 0 where none is made
 * @param smallestMagnetic how small magnetic storage may be, in GiB
 * @param standby whether a DB instance can be Multi-AZ
 * @param replicas whether a DB instance can have read replicas
 * @param encryption whether its storage can be encrypted
 * @see <a href="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html">CreateDBInstance</a>
 * @see <a href="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html">CreateDBCluster</a>
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.RDS_Fea_Regions_DB-eng.Feature.ReadReplicas.html">Read
 *     replicas</a>
 */
record Engine(
        String name,
        int longestUsername,
        int longestPassword,
        String notInPassword,
        int longestDatabaseName,
        int smallestMagnetic,
        boolean standby,
        boolean replicas,
        boolean encryption) {

    static final int SHORTEST_PASSWORD = 8;

    /** What no engine takes in a password. */
    static final String NOT_IN_PASSWORD = "/\"@ ";

    private static final String AURORA = "aurora-";
    private static final String OF_ORACLE = NOT_IN_PASSWORD + "&'";

    private static final List<Engine> ALL = Stream.of(
                    Stream.of(
                            new Engine("postgres", 63, 128, NOT_IN_PASSWORD, 63, 5, true, true, true),
                            new Engine("mysql", 16, 41, NOT_IN_PASSWORD, 64, 5, true, true, true),
                            new Engine("mariadb", 16, 41, NOT_IN_PASSWORD, 64, 5, true, true, true),
                            new Engine("aurora-postgresql", 63, 128, NOT_IN_PASSWORD, 63, 0, false, true, true),
                            new Engine("aurora-mysql", 16, 41, NOT_IN_PASSWORD, 64, 0, false, true, true)),
                    Stream.of("oracle-ee", "oracle-ee-cdb", "oracle-se2", "oracle-se2-cdb")
                            .map(name -> new Engine(name, 30, 30, OF_ORACLE, 8, 10, true, name.contains("-ee"), true)),
                    Stream.of("sqlserver-ee", "sqlserver-se", "sqlserver-web", "sqlserver-ex")
                            .map(name -> new Engine(
                                    name,
                                    64,
                                    128,
                                    NOT_IN_PASSWORD,
                                    0,
                                    20,
                                    !name.endsWith("-ex"),
                                    name.endsWith("-ee"),
                                    !name.endsWith("-ex"))))
            .flatMap(engines -> engines)
            .toList();

    /** The engine of a name; {@code null} when it is none that is made here. */
    static @Nullable Engine find(@Nullable String name) {
        return ALL.stream().filter(each -> each.name.equals(name)).findFirst().orElse(null);
    }

    static List<String> names() {
        return ALL.stream().map(Engine::name).toList();
    }

    boolean isAurora() {
        return name.startsWith(AURORA);
    }

    /**
     * Whether versions differ in what AWS calls the major one: the first number, of MySQL and MariaDB the first two.
     *
     * @param wanted may be shorter than a whole version, such as {@code 17}
     * @see <a
     *     href="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.Upgrading.html">Upgrading a DB
     *     instance engine version</a>
     */
    boolean isOtherMajor(String current, String wanted) {
        int numbers = name.contains("mysql") || name.contains("mariadb") ? 2 : 1;
        return !(first(numbers, current) + ".").startsWith(first(numbers, wanted) + ".");
    }

    private static String first(int numbers, String version) {
        int end = -1;
        for (int n = 0; n < numbers; n++) {
            end = version.indexOf('.', end + 1);
            if (end < 0) {
                return version;
            }
        }
        return version.substring(0, end);
    }

    /** Whether the engine would not take a name for its master user, whoever has it. */
    boolean reserves(String username) {
        String lower = username.toLowerCase(Locale.ROOT);
        return lower.equals("rdsadmin") || (name.contains("postgres") && lower.equals("admin"));
    }
}
