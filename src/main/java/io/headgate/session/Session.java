package io.headgate.session;

import java.time.Instant;
import java.util.Map;

/**
 * What the holder of a token is to an application.
 *
 * @param user the id of the user it belongs to, as whoever created it gave it
 * @param attributes a JSON object
 * @param expiresAt when it ends, unless it is touched before
 */
public record Session(String user, Map<String, Object> attributes, Instant createdAt, Instant expiresAt) {}
