/** {@link io.headgate.user.postgres.PostgresUserStore} on a real PostgreSQL. */
@NullMarked
package io.headgate.user.postgres;

import org.jspecify.annotations.NullMarked;
