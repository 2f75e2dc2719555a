/**
 * Users, whichever store keeps them: the values, the rules that every store keeps, the port to a store and the service
 * over all of them. Imports {@code error} and {@code json} alone.
 */
@NullMarked
package io.headgate.user;

import org.jspecify.annotations.NullMarked;
