/**
 * Amazon RDS on this machine: a control plane that speaks RDS's own protocol, over real PostgreSQL servers.
 *
 * <p>{@link io.headgate.localcloud.rds.RdsServer} answers HTTP and finds the action; an action reads a {@link
 * io.headgate.localcloud.query.QueryRequest}, changes the {@link io.headgate.localcloud.rds.Account} under its lock, leaves what
 * takes time to {@link io.headgate.localcloud.rds.Work} and writes an {@link io.headgate.localcloud.query.XmlResponse}. DB instances
 * and DB clusters differ in names, which {@link io.headgate.localcloud.rds.Kind} knows, and in little else.
 */
@NullMarked
package io.headgate.localcloud.rds;

import org.jspecify.annotations.NullMarked;
