package io.headgate.leaderboard;

import io.headgate.error.GatewayException;
import io.headgate.redis.Once;
import io.headgate.redis.RedisData;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Members by their scores, the highest first; of equal ones the one who reached it first. A leaderboard is there once it has a
 * member, and its answers are each of one moment. Everything fails with UNAVAILABLE while Redis is away.
 */
public final class Leaderboards {

    /** How many places are answered at once. */
    public static final int MAX_PLACES = 1_000;

    private static final int MAX_MEMBER_LENGTH = 128;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._:/-]{1,128}");

    /** How many digits come before a member. */
    private static final int NUMBER_LENGTH = 16;

    private final RedisData redis;

    public Leaderboards(RedisData redis) {
        this.redis = redis;
    }

    /**
     * Records a score, and gives the member's place then. Fails with INVALID_ARGUMENT, and with OUTCOME_UNKNOWN where the answer
     * was lost; with an idempotency key recording again is harmless for a day.
     *
     * @param once what the request is known by; {@code null} where it is new each time
     */
    public Uni<Place> record(String leaderboard, String member, double score, ScoreRule rule, @Nullable Once once) {
        return Uni.createFrom().deferred(() -> {
            checkMember(member);
            if (!Double.isFinite(score)) {
                throw GatewayException.invalidArgument("score is not a number that is kept");
            }
            List<String> keys = keys(leaderboard);
            String request = once == null ? "" : once.fingerprint(member, score, rule);
            return redis.change(
                            LeaderboardScripts.RECORD,
                            Stream.concat(
                                            keys.stream(),
                                            Stream.of(keys.get(0) + (once == null ? ":done" : ":done:" + once.name())))
                                    .toList(),
                            member,
                            score,
                            rule,
                            request,
                            Once.KEPT.toMillis())
                    .map(answer -> switch (answer.get(0)) {
                        case "OTHER" -> throw Once.usedForAnother();
                        case "RANGE" -> throw GatewayException.invalidArgument("the sum is too large to be kept");
                        default -> new Place(member, score(answer.get(0)), Long.parseLong(answer.get(1)) + 1);
                    });
        });
    }

    /** How many members there are. */
    public Uni<Long> size(String leaderboard) {
        return redis.read(LeaderboardScripts.SIZE, keys(leaderboard)).map(answer -> Long.valueOf(answer.get(0)));
    }

    /** The first places, at most {@value #MAX_PLACES}. */
    public Uni<List<Place>> top(String leaderboard, int first) {
        if (first < 1 || first > MAX_PLACES) {
            throw GatewayException.invalidArgument("first is " + first + "; 1 to " + MAX_PLACES + " are allowed");
        }
        return redis.read(LeaderboardScripts.TOP, keys(leaderboard), first).map(Leaderboards::places);
    }

    /** The rank of a member, 1 for the first; {@code null} where it is not there. */
    public Uni<@Nullable Long> rank(String leaderboard, String member) {
        checkMember(member);
        return redis.read(LeaderboardScripts.RANK, keys(leaderboard), member)
                .map(answer -> answer.isEmpty() ? null : (Long) (Long.parseLong(answer.get(0)) + 1));
    }

    /**
     * The places of a member and of those next to it, in one round trip; none where it is not there.
     *
     * @param radius how many on either side, at most half of {@value #MAX_PLACES}
     */
    public Uni<List<Place>> around(String leaderboard, String member, int radius) {
        checkMember(member);
        if (radius < 0 || radius >= MAX_PLACES / 2) {
            throw GatewayException.invalidArgument(
                    "radius is " + radius + "; 0 to " + (MAX_PLACES / 2 - 1) + " are allowed");
        }
        return redis.read(LeaderboardScripts.AROUND, keys(leaderboard), member, radius)
                .map(Leaderboards::places);
    }

    private static List<Place> places(List<String> answer) {
        List<Place> places = new ArrayList<>();
        for (int i = 1; i < answer.size(); i += 2) {
            places.add(new Place(
                    answer.get(i).substring(NUMBER_LENGTH),
                    score(answer.get(i + 1)),
                    Long.parseLong(answer.get(0)) + places.size() + 1));
        }
        return places;
    }

    /** Turns the sign, and gives zero none. */
    private static double score(String kept) {
        return 0.0 - Double.parseDouble(kept);
    }

    private List<String> keys(String leaderboard) {
        if (!NAME.matcher(leaderboard).matches()) {
            throw GatewayException.invalidArgument(
                    "a leaderboard's name is 1 to 128 letters, digits and . _ : / - without accents");
        }
        String key = redis.key("leaderboard:{" + leaderboard + "}");
        return List.of(key, key + ":numbers", key + ":count");
    }

    private static void checkMember(String member) {
        if (member.isBlank() || member.length() > MAX_MEMBER_LENGTH) {
            throw GatewayException.invalidArgument("member is 1 to " + MAX_MEMBER_LENGTH + " characters");
        }
    }
}
