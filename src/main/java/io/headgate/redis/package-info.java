/**
 * The connections to Redis that all features but the user cache share. To some Redis is a convenience: what is asked of it
 * while it is away fails at once, and the feature goes on without. To others it is what alone holds their data
 * ({@link RedisData}). Imports {@code error}.
 */
@NullMarked
package io.headgate.redis;

import org.jspecify.annotations.NullMarked;
