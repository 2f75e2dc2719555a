/** AWS Secrets Manager on this machine, for the AWS SDK and the AWS CLI: secrets with a current value. */
@NullMarked
package io.headgate.localcloud.secrets;

import org.jspecify.annotations.NullMarked;
