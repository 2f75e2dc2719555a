package io.headgate.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.jboss.logmanager.handlers.ConsoleHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Entries of the log into a real pipe, whose reader is stopped by a signal. */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ConsoleLogTest {

    /** More than two pipes and what waits. */
    private static final int MANY = 2_000;

    private static final String LOST = "WARN log.lost=";
    private static final String LONG = "x".repeat(200);

    @SuppressWarnings("NullAway.Init")
    private PipeReader reader;

    @SuppressWarnings("NullAway.Init")
    private ConsoleLog log;

    @BeforeEach
    void start() throws IOException {
        reader = new PipeReader();
        ConsoleHandler console = new ConsoleHandler(new PatternFormatter("%p %m%n"));
        console.setLevel(Level.INFO);
        log = new ConsoleLog(console, reader.pipe());
    }

    @AfterEach
    void stop() {
        reader.close();
    }

    private void log(Level level, String message) {
        log.publish(new ExtLogRecord(level, message, "test"));
    }

    @Test
    void entriesAreWrittenAsTheConsoleWritesThem() throws IOException {
        log(Level.INFO, "first");
        log(Level.DEBUG, "less than the console's level");
        log(Level.WARN, "second\nof two lines");

        assertThat(reader.until("of two lines")).containsExactly("INFO first", "WARN second", "of two lines");
    }

    @Test
    void lossOfABlockedPipeIsToldAsAnEntry() throws Exception {
        reader.pause();

        IntStream.range(0, MANY).forEach(i -> log(Level.INFO, i + LONG));
        reader.resume();

        assertThat(reader.untilAll(MANY, LOST))
                .isSubsetOf(IntStream.range(0, MANY)
                        .mapToObj(i -> "INFO " + i + LONG)
                        .toList())
                .hasSizeLessThan(MANY);
    }
}
