/**
 * How much one client, and all clients together, may ask of the gateway: requests a second, kept in Redis for all replicas,
 * connections, and what is executed at once.
 * Imports {@code security}, {@code redis}, {@code error} and Vert.x.
 */
@NullMarked
package io.headgate.limit;

import org.jspecify.annotations.NullMarked;
