/**
 * Mutated requests, of bytes, JSON, GraphQL, headers and WebSocket frames, sent over bare sockets, and what becomes of the
 * process that gets them.
 */
@NullMarked
package io.headgate.http.fuzz;

import org.jspecify.annotations.NullMarked;
