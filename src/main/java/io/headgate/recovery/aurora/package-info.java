/**
 * Recovery of Aurora DB clusters. Imports {@code recovery}, {@code error}, {@code aws} and AWS's SDK.
 */
@NullMarked
package io.headgate.recovery.aurora;

import org.jspecify.annotations.NullMarked;
