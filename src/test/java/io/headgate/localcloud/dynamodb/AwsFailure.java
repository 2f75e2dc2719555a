package io.headgate.localcloud.dynamodb;

import java.io.Serial;

/** An exception of DynamoDB's API, which the client receives with status 400. */
final class AwsFailure extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1;

    private final String type;

    /** @param type the name of the shape, such as {@code BackupNotFoundException} */
    AwsFailure(String type, String message) {
        super(message);
        this.type = type;
    }

    static AwsFailure invalid(String message) {
        return new AwsFailure("ValidationException", message);
    }

    static AwsFailure tableNotFound(String table) {
        return new AwsFailure("TableNotFoundException", "Table not found: " + table);
    }

    String type() {
        return type;
    }
}
