package io.headgate.aws;

/** The time was up before anything was sent. */
final class OutOfTimeException extends RuntimeException {

    OutOfTimeException() {
        super("the time was up before the request was sent", null, false, false);
    }
}
