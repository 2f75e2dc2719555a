package io.headgate.http;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the packaged application. */
@QuarkusIntegrationTest
class EventStreamIT extends EventStreamTest {}
