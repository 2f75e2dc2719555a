/**
 * The GraphQL API of the fleet: databases made, changed, replicated, failed over and deleted, their details, automated
 * backups and events. Imports {@code fleet}, {@code recovery} with its API's pages and loaders, {@code security},
 * {@code graphql} and graphql-java.
 */
@NullMarked
package io.headgate.fleet.graphql;

import org.jspecify.annotations.NullMarked;
