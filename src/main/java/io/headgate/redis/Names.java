package io.headgate.redis;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Names that nobody else gives, in this process or another: letters and digits. Made where a process has begun: what a class
 * holds from its initialization on, an executable has from when it was built, and all of its processes the same.
 */
public final class Names {

    private final String own = Long.toHexString(new SecureRandom().nextLong() | Long.MIN_VALUE);
    private final AtomicLong count = new AtomicLong();

    public String next() {
        return own + "x" + Long.toString(count.incrementAndGet(), Character.MAX_RADIX);
    }
}
