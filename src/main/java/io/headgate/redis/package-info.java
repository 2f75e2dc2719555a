/**
 * The connection to Redis that all features but the user cache share. Redis is a convenience to them: what is asked of it
 * while it is away fails at once, and the feature goes on without. Imports nothing of ours.
 */
@NullMarked
package io.headgate.redis;

import org.jspecify.annotations.NullMarked;
