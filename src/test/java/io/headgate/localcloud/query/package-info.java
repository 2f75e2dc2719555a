/**
 * The AWS Query protocol, which RDS, ElastiCache and CloudWatch speak: a form goes in, XML comes out.
 *
 * @see <a href="https://smithy.io/2.0/aws/protocols/aws-query-protocol.html">AWS Query</a>
 */
@NullMarked
package io.headgate.localcloud.query;

import org.jspecify.annotations.NullMarked;
