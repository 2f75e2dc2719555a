package io.headgate.audit;

import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Writes each message of a log as a line of its own, and nothing else with it, where the configuration names no other
 * handler: the console's would wrap it into JSON once more.
 */
public final class StandardOutput extends Handler {

    private final Logger logger;

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

    @Override
    public void publish(LogRecord line) {
        System.out.println(line.getMessage());
        flush();
    }

    @Override
    public void flush() {
        System.out.flush();
    }

    /** Leaves the log as it was. */
    @Override
    public void close() {
        logger.removeHandler(this);
    }
}
