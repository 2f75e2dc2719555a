/**
 * The cache of users in Redis or Memcached, which never shows a client less than the client has been told: a decorator of {@link
 * io.headgate.user.UserStore}. Why it is coherent is written in {@code docs/adr/0002-cache-coherence.md}. Imports {@code
 * user}, {@code error}, {@code json}, {@code redis}, {@code memcached}, the Redis client and Micrometer.
 */
@NullMarked
package io.headgate.user.cache;

import org.jspecify.annotations.NullMarked;
