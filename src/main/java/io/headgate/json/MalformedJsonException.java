package io.headgate.json;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;

/** Text that is not JSON. The message says where, never what was there. */
public final class MalformedJsonException extends RuntimeException {

    MalformedJsonException(IOException cause) {
        super("not JSON" + where(cause), cause, false, false);
    }

    /** Of a number that no {@link java.math.BigDecimal} holds. */
    MalformedJsonException(NumberFormatException cause) {
        super("not JSON: a number's exponent is too large", cause, false, false);
    }

    private static String where(IOException cause) {
        JsonLocation at = cause instanceof JsonProcessingException json ? json.getLocation() : null;
        return at == null ? "" : ": line " + at.getLineNr() + ", column " + at.getColumnNr();
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
