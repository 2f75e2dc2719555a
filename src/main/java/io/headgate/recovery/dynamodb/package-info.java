/**
 * Recovery of DynamoDB tables. Imports {@code recovery}, {@code error}, {@code aws} and AWS's SDK.
 */
@NullMarked
package io.headgate.recovery.dynamodb;

import org.jspecify.annotations.NullMarked;
