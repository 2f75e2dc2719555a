package io.headgate.message.graphql;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the packaged application. */
@QuarkusIntegrationTest
class MessageGraphQlIT extends MessageGraphQlTest {}
