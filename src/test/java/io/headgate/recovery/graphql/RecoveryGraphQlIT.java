package io.headgate.recovery.graphql;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the packaged application. */
@QuarkusIntegrationTest
class RecoveryGraphQlIT extends RecoveryGraphQlTest {}
