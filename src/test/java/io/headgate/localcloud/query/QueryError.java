package io.headgate.localcloud.query;

/** A failure as RDS answers it, with the code and the HTTP status of the API reference. */
public final class QueryError extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String code;
    private final int status;

    public QueryError(String code, int status, String message) {
        super(message);
        this.code = code;
        this.status = status;
    }

    public static QueryError invalidValue(String message) {
        return new QueryError("InvalidParameterValue", 400, message);
    }

    public static QueryError invalidCombination(String message) {
        return new QueryError("InvalidParameterCombination", 400, message);
    }

    public static QueryError missing(String parameter) {
        return new QueryError("MissingParameter", 400, "The request must contain the parameter " + parameter);
    }

    public String code() {
        return code;
    }

    public int status() {
        return status;
    }

    public String message() {
        return String.valueOf(getMessage());
    }
}
