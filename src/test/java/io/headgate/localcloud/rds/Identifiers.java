package io.headgate.localcloud.rds;

import io.headgate.localcloud.query.QueryError;
import io.headgate.localcloud.query.QueryRequest;
import java.security.SecureRandom;
import java.util.Locale;

/**
 * Names of databases and snapshots: letters, digits and hyphens, the first a letter, no hyphen at the end and no two in a
 * row; not case-sensitive, and kept in lower case. See <a
 * href="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html">CreateDBInstance</a>.
 */
final class Identifiers {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String UNIQUE = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final int UNIQUE_LENGTH = 26;

    private Identifiers() {}

    static String ofDatabase(QueryRequest request, String parameter) {
        return checked(request.require(parameter), parameter, 63);
    }

    static String ofSnapshot(QueryRequest request, String parameter) {
        return checked(request.require(parameter), parameter, 255);
    }

    private static String checked(String identifier, String parameter, int longest) {
        if (identifier.length() > longest || !identifier.matches("[A-Za-z](-?[A-Za-z0-9])*")) {
            throw QueryError.invalidValue("The parameter " + parameter
                    + " is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters,"
                    + " digits, and hyphens; must not end with a hyphen or contain two consecutive hyphens; and must have at"
                    + " most " + longest + " characters.");
        }
        return identifier.toLowerCase(Locale.ROOT);
    }

    /** The name of what a client looks for, by its name or its ARN. */
    static String sought(String identifierOrArn) {
        String[] parts = identifierOrArn.split(":", 7);
        String name = identifierOrArn.startsWith("arn:") && parts.length == 7 ? parts[6] : identifierOrArn;
        return name.toLowerCase(Locale.ROOT);
    }

    /** What never names anything else. */
    static String unique() {
        StringBuilder unique = new StringBuilder();
        for (int n = 0; n < UNIQUE_LENGTH; n++) {
            unique.append(UNIQUE.charAt(RANDOM.nextInt(UNIQUE.length())));
        }
        return unique.toString();
    }
}
