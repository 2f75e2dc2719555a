package io.headgate.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.graalvm.nativeimage.ImageInfo;
import org.graalvm.nativeimage.c.function.CFunction;
import org.graalvm.word.PointerBase;
import org.graalvm.word.UnsignedWord;
import org.graalvm.word.WordFactory;
import org.jspecify.annotations.Nullable;

/**
 * The pages of the native executable that its start has brought into memory, most of which nothing touches again: its code
 * and the constants of its image heap. They are read-only and equal to the file, so the kernel may forget that this process
 * has them; one that is touched again comes back from the page cache, without a read of the disk. See madvise(2),
 * {@code MADV_DONTNEED}, and proc_pid_smaps(5).
 */
final class StartPages {

    private static final Pattern MAPPING = Pattern.compile("([0-9a-f]+)-([0-9a-f]+) (\\S+) \\S+ \\S+ \\S+ *(.*)");
    private static final Pattern ANONYMOUS = Pattern.compile("Anonymous: +([0-9]+) kB");
    private static final int MADV_DONTNEED = 4;

    private StartPages() {}

    /** A part of this process's memory, in bytes from its first address. */
    record Range(long address, long length) {}

    /** Gives them back. Does nothing on a JVM, which keeps its code elsewhere, or where there is no {@code /proc}. */
    static void release() {
        if (!ImageInfo.inImageRuntimeCode()) {
            return;
        }
        Path self = Path.of("/proc/self");
        try {
            for (Range range : unchanged(
                    Files.readAllLines(self.resolve("smaps")),
                    self.resolve("exe").toRealPath().toString())) {
                madvise(WordFactory.pointer(range.address()), WordFactory.unsigned(range.length()), MADV_DONTNEED);
            }
        } catch (IOException e) {
            // They stay, and nothing else is different.
        }
    }

    /** The mappings of a file that can't be written and of which no page differs from it, relocated ones for one. */
    static List<Range> unchanged(List<String> smaps, String file) {
        List<Range> ranges = new ArrayList<>();
        @Nullable Range mapped = null;
        for (String line : smaps) {
            Matcher mapping = MAPPING.matcher(line);
            Matcher anonymous = ANONYMOUS.matcher(line);
            if (mapping.matches()) {
                long address = Long.parseUnsignedLong(mapping.group(1), 16);
                long end = Long.parseUnsignedLong(mapping.group(2), 16);
                boolean constant =
                        mapping.group(3).matches("r-.p") && mapping.group(4).equals(file);
                mapped = constant ? new Range(address, end - address) : null;
            } else if (mapped != null && anonymous.matches()) {
                if (anonymous.group(1).equals("0")) {
                    ranges.add(mapped);
                }
                mapped = null;
            }
        }
        return ranges;
    }

    @CFunction(value = "madvise", transition = CFunction.Transition.NO_TRANSITION)
    private static native int madvise(PointerBase address, UnsignedWord length, int advice);
}
