/**
 * The local cloud: real PostgreSQL, Redis, DynamoDB Local, which can be backed up and restored, and an RDS over PostgreSQL
 * for {@code quarkus:dev}, the tests and the benchmarks, without Docker, an account or a network beyond Maven Central.
 *
 * <p>{@link io.headgate.localcloud.LocalCloud} is the entrance. Tests share the one of {@link
 * io.headgate.localcloud.LocalCloud#shared()}; {@code @QuarkusTest} classes get it by {@link
 * io.headgate.localcloud.LocalCloudResource}; {@code quarkus:dev} starts {@link io.headgate.localcloud.LocalCloudMain} in a
 * JVM of its own. Nothing here is in the packaged application.
 */
@NullMarked
package io.headgate.localcloud;

import org.jspecify.annotations.NullMarked;
