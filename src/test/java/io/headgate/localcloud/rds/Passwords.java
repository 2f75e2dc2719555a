package io.headgate.localcloud.rds;

import io.headgate.localcloud.query.QueryError;
import io.headgate.localcloud.query.QueryRequest;
import java.util.Locale;
import java.util.Set;

/**
 * Who may do most in a database, as <a
 * href="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html">CreateDBInstance</a> limits it.
 */
final class Passwords {

    private static final int SHORTEST = 8;
    private static final int LONGEST_FOR_POSTGRES = 128;
    private static final int LONGEST_ELSEWHERE = 41;
    private static final Set<String> RESERVED = Set.of("rdsadmin", "rds_superuser", "public", "none");

    private Passwords() {}

    static String master(QueryRequest request) {
        String master = request.require("MasterUsername");
        if (!master.matches("[A-Za-z][A-Za-z0-9_]{0,62}")
                || master.toLowerCase(Locale.ROOT).startsWith("pg_")) {
            throw QueryError.invalidValue("Invalid master user name");
        }
        if (RESERVED.contains(master.toLowerCase(Locale.ROOT))) {
            throw QueryError.invalidValue(
                    "MasterUsername " + master + " cannot be used as it is a reserved word used by the engine");
        }
        return master;
    }

    static String ofMaster(QueryRequest request, String engine) {
        String password = request.require("MasterUserPassword");
        int longest = Engines.runs(engine) ? LONGEST_FOR_POSTGRES : LONGEST_ELSEWHERE;
        if (password.length() < SHORTEST || password.length() > longest) {
            throw QueryError.invalidValue("The parameter MasterUserPassword is not a valid password because it is "
                    + (password.length() < SHORTEST
                            ? "shorter than " + SHORTEST + " characters."
                            : "longer than " + longest + " characters."));
        }
        if (!password.matches("[!-~&&[^/\"@]]+")) {
            throw QueryError.invalidValue(
                    "The parameter MasterUserPassword is not a valid password. Only printable ASCII"
                            + " characters besides '/', '@', '\"', ' ' may be used.");
        }
        return password;
    }
}
