/**
 * The fleet of ElastiCache: the nodes of caches and what happened to them. Imports {@code fleet}, {@code recovery}, {@code
 * error}, {@code aws}, AWS's SDK and what {@code recovery.elasticache} has of its lists.
 */
@NullMarked
package io.headgate.fleet.elasticache;

import org.jspecify.annotations.NullMarked;
