/**
 * The users of a DynamoDB table: {@link io.headgate.user.UserStore} on the AWS SDK. Of Headgate it imports {@code user},
 * {@code aws} and {@code error} alone.
 */
@NullMarked
package io.headgate.user.dynamodb;

import org.jspecify.annotations.NullMarked;
