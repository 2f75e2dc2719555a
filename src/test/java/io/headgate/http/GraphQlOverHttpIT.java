package io.headgate.http;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the packaged application, where introspection is off. */
@QuarkusIntegrationTest
class GraphQlOverHttpIT extends GraphQlOverHttpTest {}
