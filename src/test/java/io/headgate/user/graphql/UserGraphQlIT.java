package io.headgate.user.graphql;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the packaged application. */
@QuarkusIntegrationTest
class UserGraphQlIT extends UserGraphQlTest {}
