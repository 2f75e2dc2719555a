package io.headgate.table.graphql;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the packaged application. */
@QuarkusIntegrationTest
class TableGraphQlIT extends TableGraphQlTest {}
