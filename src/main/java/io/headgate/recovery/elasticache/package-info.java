/**
 * Recovery of ElastiCache: replication groups of Redis OSS and Valkey, and cache clusters, those of Memcached included.
 * Failover and deletion of them, too. Imports {@code recovery}, {@code error}, {@code aws} and AWS's SDK.
 */
@NullMarked
package io.headgate.recovery.elasticache;

import org.jspecify.annotations.NullMarked;
