/**
 * What stands before GraphQL: the route {@code /graphql}, GraphQL over HTTP's rules and the limits of a request. Imports
 * {@code graphql}, {@code security}, {@code error}, {@code json} and Vert.x.
 */
@NullMarked
package io.headgate.http;

import org.jspecify.annotations.NullMarked;
