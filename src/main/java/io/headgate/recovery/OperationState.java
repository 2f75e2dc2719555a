package io.headgate.recovery;

/** How far an operation has come. */
public enum OperationState {
    /** It is recorded; AWS has not accepted it yet. */
    PENDING(false),
    /** AWS accepted it and is at work. */
    RUNNING(false),
    /** It did what was asked for. */
    SUCCEEDED(true),
    /** It ended without; the operation's error says why. */
    FAILED(true),
    /** AWS's answer was lost. Headgate looks whether it was done, and then goes on. */
    OUTCOME_UNKNOWN(false);

    private final boolean isFinal;

    OperationState(boolean isFinal) {
        this.isFinal = isFinal;
    }

    /** Whether nothing follows. */
    public boolean isFinal() {
        return isFinal;
    }
}
