package io.headgate.leaderboard.graphql;

import static io.headgate.GraphQlClient.ask;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.localcloud.LocalCloudResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Leaderboards over GraphQL. */
@QuarkusTest
@WithTestResource(LocalCloudResource.class)
class LeaderboardGraphQlTest {

    private static final String RECORD =
            "mutation($input: RecordScoreInput!) { recordScore(input: $input) { member score rank } }";

    private final String board = "board-" + UUID.randomUUID();

    @Test
    void membersAreRankedByTheirScores() {
        assertThat(record(Map.of("member", "ada", "score", 10))).isEqualTo(entry("ada", 10.0, 1));
        assertThat(record(Map.of("member", "bob", "score", 20))).isEqualTo(entry("bob", 20.0, 1));
        assertThat(record(Map.of("member", "eve", "score", 10, "rule", "BEST"))).isEqualTo(entry("eve", 10.0, 3));
        assertThat(record(Map.of("member", "ada", "score", 0.5, "rule", "SUM", "idempotencyKey", "a")))
                .isEqualTo(record(Map.of("member", "ada", "score", 0.5, "rule", "SUM", "idempotencyKey", "a")));

        assertThat(ask(
                                "query($name: String!) { leaderboard(name: $name) { name size top(first: 2) { member }"
                                        + " rank(member: \"eve\") none: rank(member: \"max\")"
                                        + " around(member: \"ada\", radius: 1) { member score rank } } }",
                                Map.of("name", board))
                        .data("leaderboard"))
                .hasToString("{name=" + board + ", size=3, top=[{member=bob}, {member=ada}], rank=3, none=null,"
                        + " around=[{member=bob, score=20.0, rank=1}, {member=ada, score=10.5, rank=2},"
                        + " {member=eve, score=10.0, rank=3}]}");
    }

    @Test
    void nobodyIsOnANewLeaderboard() {
        assertThat(ask(
                                "query($name: String!) { leaderboard(name: $name) { size top { rank }"
                                        + " around(member: \"ada\") { rank } } }",
                                Map.of("name", board))
                        .data("leaderboard"))
                .isEqualTo(Map.of("size", 0, "top", List.of(), "around", List.of()));
    }

    @Test
    void whatIsWrongIsTold() {
        assertThat(ask("{ leaderboard(name: \"a b\") { size } }").codes()).containsExactly("INVALID_ARGUMENT");
        assertThat(ask("{ leaderboard(name: \"a\") { top(first: 0) { rank } } }")
                        .codes())
                .containsExactly("INVALID_ARGUMENT");
        assertThat(ask("{ leaderboard(name: \"a\") { rank(member: \"\") } }").codes())
                .containsExactly("INVALID_ARGUMENT");
    }

    @Test
    void placesCostAsManyAsAreAskedFor() {
        String tops = "a: top(first: 1000) { rank } b: top(first: 1000) { rank }"
                + " c: around(member: \"ada\", radius: 499) { rank }";
        String all = "{ a: leaderboard(name: \"a\") { %1$s } b: leaderboard(name: \"b\") { %1$s }"
                + " c: leaderboard(name: \"c\") { %1$s } d: leaderboard(name: \"d\") { %1$s }"
                + " e: leaderboard(name: \"e\") { %1$s } f: leaderboard(name: \"f\") { %1$s }"
                + " g: leaderboard(name: \"g\") { %1$s } }";

        assertThat(ask(String.format(all, tops)).codes()).containsExactly("RESOURCE_EXHAUSTED");
        assertThat(ask(String.format(all, "a: top(first: 100) { rank }")).codes())
                .isEmpty();
    }

    private Object record(Map<String, ?> input) {
        Map<String, Object> all = new HashMap<>(input);
        all.put("leaderboard", board);
        return String.valueOf(ask(RECORD, Map.of("input", all)).data("recordScore"));
    }

    private static Object entry(String member, double score, int rank) {
        return "{member=" + member + ", score=" + score + ", rank=" + rank + "}";
    }
}
