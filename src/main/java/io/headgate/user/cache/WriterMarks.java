package io.headgate.user.cache;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The marks of writers on an entry, each with its end, in milliseconds of the server's clock. Written as {@link
 * CacheScripts#MARK} writes them.
 */
record WriterMarks(Map<String, Long> ends) {

    private static final Pattern MARK = Pattern.compile("(\\w+)@(\\d+)");

    static boolean areIn(byte[] entry) {
        return entry.length > 0 && entry[0] == 'W';
    }

    /** Whether a writer's mark is in an entry, ended or not. */
    static boolean isBy(String writer, byte[] entry) {
        return areIn(entry) && new String(entry, StandardCharsets.US_ASCII).contains(" " + writer + "@");
    }

    /** The marks of an entry that have not ended, but those of one writer. */
    static WriterMarks of(byte[] entry, String butOf, long now) {
        Map<String, Long> ends = new LinkedHashMap<>();
        if (areIn(entry)) {
            Matcher marks = MARK.matcher(new String(entry, StandardCharsets.US_ASCII));
            while (marks.find()) {
                long end = Long.parseLong(marks.group(2));
                if (!marks.group(1).equals(butOf) && end > now) {
                    ends.put(marks.group(1), end);
                }
            }
        }
        return new WriterMarks(ends);
    }

    void add(String writer, long end) {
        ends.put(writer, end);
    }

    boolean isEmpty() {
        return ends.isEmpty();
    }

    /** When the last one ends. */
    long last() {
        return ends.values().stream().mapToLong(Long::longValue).max().orElse(0);
    }

    byte[] entry() {
        StringBuilder marks = new StringBuilder("W");
        ends.forEach(
                (writer, end) -> marks.append(' ').append(writer).append('@').append(end));
        return marks.toString().getBytes(StandardCharsets.US_ASCII);
    }
}
