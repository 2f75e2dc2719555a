/**
 * Recovery of Aurora DB clusters. Imports {@code recovery}, {@code error}, {@code aws}, AWS's SDK and, as Aurora is
 * recovered through RDS's API, with its names, tags, states and refusals, what {@code recovery.rds} has of these.
 */
@NullMarked
package io.headgate.recovery.aurora;

import org.jspecify.annotations.NullMarked;
