package io.headgate.aws;

/** The answer to an earlier attempt was lost, and the last one, for the reason given as cause, told nothing of it. */
final class AnswerLostException extends RuntimeException {

    AnswerLostException(Throwable last) {
        super("the answer to an earlier attempt was lost", last, false, false);
    }
}
