package io.headgate.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class StartPagesTest {

    private static final List<String> SMAPS = """
            00410000-0267a000 r-xp 00010000 fe:01 1234                               /app/headgate
            Size:              35240 kB
            Anonymous:             0 kB
            VmFlags: rd ex mr mw me
            02694000-02695000 r--p 02293000 fe:01 1234                               /app/headgate
            Size:                  4 kB
            Anonymous:             4 kB
            026a0000-026a3000 rw-p 022a0000 fe:01 1234                               /app/headgate
            Anonymous:             0 kB
            7efad9380000-7efadacf3000 r--p 03830000 fe:01 1234                       /app/headgate
            Anonymous:             0 kB
            7f02d7e3d000-7f02d7e63000 r--p 00000000 fe:01 99                         /usr/lib/libc.so.6
            Anonymous:             0 kB
            7f02d7e3a000-7f02d7e3d000 r--p 00000000 00:00 0\s
            Anonymous:             0 kB
            """.lines().toList();

    @Test
    void isWhatCanNotBeWrittenAndIsAsInTheFile() {
        assertThat(StartPages.unchanged(SMAPS, "/app/headgate"))
                .containsExactly(
                        new StartPages.Range(0x00410000L, 0x0226a000L),
                        new StartPages.Range(0x7efad9380000L, 0x1973000L));
    }

    @Test
    void isNothingOfAnotherFile() {
        assertThat(StartPages.unchanged(SMAPS, "/app/other")).isEmpty();
    }
}
