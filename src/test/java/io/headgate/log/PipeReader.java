package io.headgate.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The reader of a real pipe, which a signal can keep from reading. */
final class PipeReader implements AutoCloseable {

    private final Process cat;
    private final BufferedReader read;

    PipeReader() throws IOException {
        cat = new ProcessBuilder("cat").start();
        read = cat.inputReader();
    }

    /** What is to be read. */
    OutputStream pipe() {
        return cat.getOutputStream();
    }

    void pause() throws Exception {
        signal("STOP");
    }

    void resume() throws Exception {
        signal("CONT");
    }

    private void signal(String signal) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + signal, String.valueOf(cat.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    /** The lines to one that begins so. */
    List<String> until(String begin) throws IOException {
        List<String> lines = new ArrayList<>();
        do {
            lines.add(next());
        } while (!lines.get(lines.size() - 1).startsWith(begin));
        return lines;
    }

    /** Lines until so many have been read or are told, by a line that begins so, to be lost. */
    List<String> untilAll(int count, String loss) throws IOException {
        List<String> lines = new ArrayList<>();
        int lost = 0;
        while (lines.size() + lost < count) {
            String line = next();
            if (line.startsWith(loss)) {
                lost += Integer.parseInt(line.substring(loss.length()));
            } else {
                lines.add(line);
            }
        }
        return lines;
    }

    private String next() throws IOException {
        return Objects.requireNonNull(read.readLine());
    }

    /** All that is left, once the pipe has been closed. */
    Stream<String> rest() {
        return read.lines();
    }

    @Override
    public void close() {
        cat.destroyForcibly();
    }
}
