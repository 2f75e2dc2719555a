/**
 * What stands before GraphQL: the route {@code /graphql}, GraphQL over HTTP's rules, persisted documents and the limits
 * of a request. Imports {@code graphql}, {@code limit}, {@code security}, {@code audit}, {@code error}, {@code json},
 * {@code redis} and Vert.x.
 */
@NullMarked
package io.headgate.http;

import org.jspecify.annotations.NullMarked;
