/**
 * Users in PostgreSQL: the SQL, the rows, and what the driver's failures mean. Each call of the port is one statement
 * on one connection, of the primary or of a reader. Imports {@code user}, {@code error}, {@code json}, Micrometer and the
 * reactive SQL client.
 */
@NullMarked
package io.headgate.user.postgres;

import org.jspecify.annotations.NullMarked;
