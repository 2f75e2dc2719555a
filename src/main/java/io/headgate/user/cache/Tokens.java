package io.headgate.user.cache;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;

/** Names that no gateway uses twice: letters and digits. */
final class Tokens {

    private static final String PROCESS = Long.toHexString(new SecureRandom().nextLong() | Long.MIN_VALUE);
    private static final AtomicLong COUNT = new AtomicLong();

    private Tokens() {}

    static String next() {
        return PROCESS + "x" + Long.toString(COUNT.incrementAndGet(), Character.MAX_RADIX);
    }
}
