package io.headgate.localcloud.rds;

/** A failure as RDS answers it, with the code and the HTTP status of the API reference. */
final class RdsError extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String code;
    private final int status;

    RdsError(String code, int status, String message) {
        super(message);
        this.code = code;
        this.status = status;
    }

    static RdsError invalidValue(String message) {
        return new RdsError("InvalidParameterValue", 400, message);
    }

    static RdsError invalidCombination(String message) {
        return new RdsError("InvalidParameterCombination", 400, message);
    }

    static RdsError missing(String parameter) {
        return new RdsError("MissingParameter", 400, "The request must contain the parameter " + parameter);
    }

    String code() {
        return code;
    }

    int status() {
        return status;
    }

    String message() {
        return String.valueOf(getMessage());
    }
}
