package io.headgate.memcached;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server. */
public record MemcachedNode(String host, int port) {

    private static final int DEFAULT_PORT = 11211;
    private static final Pattern ADDRESS = Pattern.compile("([^\\s:/]+|\\[[^\\s\\]]+])(?::(\\d{1,5}))?");

    /**
     * Reads {@code host:port}; without a port it is 11211.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static MemcachedNode parse(String address) {
        Matcher parts = ADDRESS.matcher(address);
        if (!parts.matches()) {
            throw new IllegalArgumentException("'" + address + "' is no host:port");
        }
        return new MemcachedNode(
                parts.group(1), parts.group(2) == null ? DEFAULT_PORT : Integer.parseInt(parts.group(2)));
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
