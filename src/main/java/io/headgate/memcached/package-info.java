/**
 * A client of Memcached, for one server or a cluster of ElastiCache whose nodes it finds. Imports nothing of ours but
 * Vert.x. Why there is one is written in {@code docs/adr/0012-memcached.md}.
 */
@NullMarked
package io.headgate.memcached;

import org.jspecify.annotations.NullMarked;
