/**
 * Amazon ElastiCache on this machine: a control plane that speaks ElastiCache's own protocol, over real Redis and Memcached
 * servers. A snapshot is Redis's own file, and what is restored from it a server that loaded it.
 *
 * <p>{@link io.headgate.localcloud.elasticache.ElastiCache} finds the action; an action reads a request, changes the {@link
 * io.headgate.localcloud.elasticache.CacheAccount} under its lock, and leaves what takes time to its background.
 */
@NullMarked
package io.headgate.localcloud.elasticache;

import org.jspecify.annotations.NullMarked;
