/** Sessions of users, kept in Redis. Imports {@code error}, {@code json} and {@code redis}. */
@NullMarked
package io.headgate.session;

import org.jspecify.annotations.NullMarked;
