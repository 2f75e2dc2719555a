/**
 * The cache of whole answers, before GraphQL's execution. What keeps it coherent is written in {@code
 * docs/adr/0008-response-cache.md}. Imports the Redis client and Caffeine alone.
 */
@NullMarked
package io.headgate.response;

import org.jspecify.annotations.NullMarked;
