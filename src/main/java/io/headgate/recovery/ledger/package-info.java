/**
 * Operations and who asked for them, in a DynamoDB table. Imports {@code recovery}, {@code error}, {@code json},
 * {@code aws} and AWS's SDK.
 */
@NullMarked
package io.headgate.recovery.ledger;

import org.jspecify.annotations.NullMarked;
