/**
 * The fleet of RDS and Aurora: databases that are made, changed, replicated, failed over and deleted, on top of their
 * recovery. Imports {@code fleet}, {@code recovery}, {@code error}, {@code aws}, AWS's SDK and, as all of it is one API,
 * what {@code recovery.rds} and {@code recovery.aurora} have of its names, tags, states and lists.
 */
@NullMarked
package io.headgate.fleet.rds;

import org.jspecify.annotations.NullMarked;
