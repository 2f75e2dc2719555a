/**
 * DynamoDB's backup operations on DynamoDB Local: on-demand backups, point-in-time recovery, restores, and the tags that a
 * restore leaves behind.
 *
 * <p>{@link io.headgate.localcloud.dynamodb.RecoverableDynamoDb} is the entrance. {@code ObservedStorage}, which DynamoDB
 * Local keeps its tables in, tells of each change in order; {@code Journal} keeps the changes on disk, {@code ConsistentScan}
 * copies a table as it is at one moment while writers go on; {@code BackupFront} stands before DynamoDB Local's own HTTP
 * handler and answers what that does not know. May import DynamoDB Local, Jetty and Jackson, and nothing of Headgate but
 * {@code io.headgate.localcloud}.
 */
@NullMarked
package io.headgate.localcloud.dynamodb;

import org.jspecify.annotations.NullMarked;
