/**
 * Who calls and what they may do: callers, roles, tokens and API keys. Imports {@code error} alone.
 */
@NullMarked
package io.headgate.security;

import org.jspecify.annotations.NullMarked;
