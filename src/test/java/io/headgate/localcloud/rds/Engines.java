package io.headgate.localcloud.rds;

import io.headgate.localcloud.query.QueryError;
import java.util.Map;
import java.util.Set;

/** The database engines that RDS knows; those that are PostgreSQL run here, the others are records without a server. */
final class Engines {

    private static final Set<String> POSTGRES = Set.of("postgres", "aurora-postgresql");
    private static final Set<String> AURORA = Set.of("aurora-postgresql", "aurora-mysql");

    /** The version that a record shows where nobody asked for one. */
    private static final Map<String, String> VERSIONS = Map.ofEntries(
            Map.entry("aurora-mysql", "8.0.mysql_aurora.3.08.0"),
            Map.entry("mysql", "8.4.5"),
            Map.entry("mariadb", "11.4.5"),
            Map.entry("oracle-ee", "19.0.0.0.ru-2025-01.rur-2025-01.r1"),
            Map.entry("oracle-ee-cdb", "19.0.0.0.ru-2025-01.rur-2025-01.r1"),
            Map.entry("oracle-se2", "19.0.0.0.ru-2025-01.rur-2025-01.r1"),
            Map.entry("oracle-se2-cdb", "19.0.0.0.ru-2025-01.rur-2025-01.r1"),
            Map.entry("sqlserver-ee", "16.00.4185.3.v1"),
            Map.entry("sqlserver-se", "16.00.4185.3.v1"),
            Map.entry("sqlserver-ex", "16.00.4185.3.v1"),
            Map.entry("sqlserver-web", "16.00.4185.3.v1"),
            Map.entry("db2-ae", "11.5.9.0.sb00052401.r1"),
            Map.entry("db2-se", "11.5.9.0.sb00052401.r1"));

    private Engines() {}

    static String checked(String engine) {
        if (!POSTGRES.contains(engine) && !VERSIONS.containsKey(engine)) {
            throw QueryError.invalidValue("Invalid DB engine: " + engine);
        }
        return engine;
    }

    /** Whether a server of it runs on this machine. */
    static boolean runs(String engine) {
        return POSTGRES.contains(engine);
    }

    static boolean isAurora(String engine) {
        return AURORA.contains(engine);
    }

    /** The version of an engine that does not run here. */
    static String version(String engine) {
        return VERSIONS.getOrDefault(engine, "");
    }

    static String license(String engine) {
        if (runs(engine)) {
            return "postgresql-license";
        }
        return engine.startsWith("oracle") || engine.startsWith("sqlserver")
                ? "license-included"
                : "general-public-license";
    }
}
