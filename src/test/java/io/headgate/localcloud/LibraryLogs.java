package io.headgate.localcloud;

import java.util.List;
import java.util.logging.Level;
import org.jboss.logmanager.LogContext;
import org.jboss.logmanager.Logger;

/**
 * The loggers of the libraries that the local cloud is made of. Until a Quarkus application has started in a JVM, every
 * logger there logs everything, and these libraries compose traces of each request that nobody reads.
 */
final class LibraryLogs {

    /** Held, since the log manager forgets loggers that nobody holds. */
    private static final List<Logger> LOGGERS = List.of(
            logger("software.amazon.awssdk", Level.INFO),
            logger("io.netty", Level.INFO),
            logger("org.postgresql", Level.INFO),
            logger("org.eclipse.jetty", Level.WARNING),
            logger("com.amazonaws", Level.WARNING),
            logger("com.almworks", Level.WARNING));

    private LibraryLogs() {}

    /** Leaves out the traces; a Quarkus application sets levels of its own for what it configures. */
    static void withoutTraces() {
        assert !LOGGERS.isEmpty();
    }

    private static Logger logger(String name, Level level) {
        Logger logger = LogContext.getLogContext().getLogger(name);
        logger.setLevel(level);
        return logger;
    }
}
