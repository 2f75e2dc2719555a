/**
 * Recovery of RDS DB instances of every engine. Imports {@code recovery}, {@code error}, {@code aws} and AWS's SDK.
 */
@NullMarked
package io.headgate.recovery.rds;

import org.jspecify.annotations.NullMarked;
