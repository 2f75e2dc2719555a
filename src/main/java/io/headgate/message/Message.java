package io.headgate.message;

import java.time.Instant;

/**
 * What somebody published.
 *
 * @param body any JSON value but {@code null}
 */
public record Message(String channel, MessagePosition position, Object body) {

    public Instant publishedAt() {
        return Instant.ofEpochMilli(position.millis());
    }
}
