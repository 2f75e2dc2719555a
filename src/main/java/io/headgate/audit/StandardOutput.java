package io.headgate.audit;

import io.headgate.log.Lines;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Writes each message of a log as a line of its own, and nothing else with it, where the configuration names no other
 * handler: the console's would wrap it into JSON once more. Who logs does not wait, be standard output blocked.
 */
public final class StandardOutput extends Handler {

    /** Of a few hundred bytes each. */
    private static final int MOST_WAITING = 10_000;

    private static final Duration LONGEST_WAIT = Duration.ofMillis(100);

    private final Logger logger;
    private volatile CompletionStage<Void> last = Lines.DONE;
    private final Lines lines =
            new Lines("headgate-audit", () -> System.out, AuditLog::lost, MOST_WAITING, LONGEST_WAIT);

    private StandardOutput(Logger logger) {
        this.logger = logger;
    }

    /** Makes it the handler of this log, unless that has one. */
    public static StandardOutput of(String name) {
        Logger logger = Logger.getLogger(name);
        StandardOutput output = new StandardOutput(logger);
        if (logger.getHandlers().length == 0) {
            logger.setUseParentHandlers(false);
            logger.addHandler(output);
        }
        return output;
    }

    /** The last one that was added is the last one that is written. */
    @Override
    public synchronized void publish(LogRecord line) {
        last = lines.add(line.getMessage());
    }

    /**
     * Completes, on any thread, when what was logged before has been written, or after a tenth of a second in which standard output
     * took nothing.
     */
    public CompletionStage<Void> written() {
        return last;
    }

    @Override
    public void flush() {
        // Each line is on its way.
    }

    /** Leaves the log as it was. */
    @Override
    public void close() {
        logger.removeHandler(this);
        lines.close();
    }
}
