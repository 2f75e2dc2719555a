package io.headgate.leaderboard.graphql;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the packaged application. */
@QuarkusIntegrationTest
class LeaderboardGraphQlIT extends LeaderboardGraphQlTest {}
