package io.headgate.session.graphql;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the packaged application. */
@QuarkusIntegrationTest
class SessionGraphQlIT extends SessionGraphQlTest {}
