package io.headgate.leaderboard;

import static io.headgate.redis.DataFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.redis.DataFixture;
import io.headgate.redis.Once;
import io.smallrye.mutiny.Uni;
import io.vertx.redis.client.Command;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeaderboardsTest {

    private static final String BOARD = "spring";
    private static final int MILLION = 1_000_000;

    /** A million members as {@link Leaderboards#record} leaves them: the score of each is its number, halved and rounded down. */
    private static final String FILL = """
            for i = ARGV[1], ARGV[2] do
              local number = string.format('%016.0f', i)
              redis.call('ZADD', KEYS[1], -math.floor(i / 2), number .. 'm' .. i)
              redis.call('HSET', KEYS[2], 'm' .. i, number)
            end
            redis.call('SET', KEYS[3], ARGV[2])
            """;

    @TempDir
    private Path directory;

    private DataFixture redis;
    private Leaderboards here;
    private Leaderboards there;

    @BeforeEach
    void start() {
        redis = new DataFixture(directory);
        here = new Leaderboards(redis.replica());
        there = new Leaderboards(redis.replica());
    }

    @AfterEach
    void close() {
        redis.close();
    }

    @Test
    void highestIsFirstAndOfEqualOnesTheFirstThatCame() {
        record("zoe", 10);
        record("ada", 10);
        record("bob", 12.5);
        record("eve", -3);
        assertThat(record("max", 10)).isEqualTo(new Place("max", 10, 4));

        assertThat(await(there.top(BOARD, 10)))
                .containsExactly(
                        new Place("bob", 12.5, 1),
                        new Place("zoe", 10, 2),
                        new Place("ada", 10, 3),
                        new Place("max", 10, 4),
                        new Place("eve", -3, 5));
        assertThat(await(there.rank(BOARD, "ada"))).isEqualTo(3);
        assertThat(await(there.size(BOARD))).isEqualTo(5);
        assertThat(await(there.around(BOARD, "ada", 1)))
                .extracting(Place::member)
                .containsExactly("zoe", "ada", "max");
        assertThat(await(there.around(BOARD, "bob", 1))).extracting(Place::rank).containsExactly(1L, 2L);
        assertThat(await(there.around(BOARD, "eve", 0))).containsExactly(new Place("eve", -3, 5));
    }

    @Test
    void whoIsNotThereHasNoPlace() {
        record("ada", 0);

        assertThat(await(here.rank(BOARD, "eve"))).isNull();
        assertThat(await(here.around(BOARD, "eve", 5))).isEmpty();
        assertThat(await(here.top("autumn", 5))).isEmpty();
        assertThat(await(here.top(BOARD, 5))).containsExactly(new Place("ada", 0, 1));
    }

    @Test
    void whoReachesAScoreAgainComesBehindWhoHasItAlready() {
        record("ada", 10);
        record("bob", 10);
        record("ada", 10);
        assertThat(await(here.rank(BOARD, "ada"))).isEqualTo(1);

        record("ada", 11);
        record("ada", 10);

        assertThat(await(here.rank(BOARD, "ada"))).isEqualTo(2);
    }

    @Test
    void scoreBecomesWhatItsRuleSays() {
        assertThat(await(here.record(BOARD, "ada", 10, ScoreRule.BEST, null)).score())
                .isEqualTo(10);
        assertThat(await(here.record(BOARD, "ada", 7, ScoreRule.BEST, null)).score())
                .isEqualTo(10);
        assertThat(await(here.record(BOARD, "ada", 0.1, ScoreRule.SUM, null)).score())
                .isEqualTo(10.1);
        assertThat(await(here.record(BOARD, "ada", 7, ScoreRule.LATEST, null)).score())
                .isEqualTo(7);
        assertThat(await(here.record(BOARD, "ada", -9_007_199_254_740_991.0, ScoreRule.LATEST, null))
                        .score())
                .isEqualTo(-9_007_199_254_740_991.0);
        await(here.record(BOARD, "ada", Double.MAX_VALUE, ScoreRule.LATEST, null));
        assertInvalid(here.record(BOARD, "ada", Double.MAX_VALUE, ScoreRule.SUM, null));
        assertThat(await(here.top(BOARD, 1))).containsExactly(new Place("ada", Double.MAX_VALUE, 1));
    }

    @Test
    void eachSumCountsOnceWhoeverAddsAtOnce() {
        List<Uni<Place>> additions = Stream.of(here, there)
                .flatMap(each -> Stream.generate(() -> each.record(BOARD, "ada", 1, ScoreRule.SUM, null))
                        .limit(500))
                .toList();

        List<Place> places = await(Uni.join().all(additions).andFailFast());

        assertThat(places.stream().map(Place::score))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.rangeClosed(1, 1000).mapToObj(i -> (double) i).toList());
        assertThat(await(here.size(BOARD))).isEqualTo(1);
    }

    @Test
    void equalScoresThatComeAtOnceAreInOneOrderForGood() {
        List<Uni<Place>> records = IntStream.range(0, 500)
                .mapToObj(i -> (i % 2 == 0 ? here : there).record(BOARD, "m" + i, 7, ScoreRule.LATEST, null))
                .toList();

        List<Place> then = new ArrayList<>(await(Uni.join().all(records).andFailFast()));

        // All are equal, so that nobody overtakes: each has for good the rank that it was answered.
        then.sort(Comparator.comparing(Place::rank));
        assertThat(await(there.top(BOARD, 1000))).isEqualTo(then);
        assertThat(then).extracting(Place::rank).doesNotHaveDuplicates();
    }

    @Test
    void requestWithAKeyIsDoneOnceHoweverOftenItComes() {
        Once once = new Once("game", "match-1");
        List<Uni<Place>> records = Stream.of(here, there, here, there)
                .map(each -> each.record(BOARD, "ada", 5, ScoreRule.SUM, once))
                .toList();

        assertThat(await(Uni.join().all(records).andFailFast())).containsOnly(new Place("ada", 5, 1));

        assertInvalid(here.record(BOARD, "ada", 6, ScoreRule.SUM, once));
        assertInvalid(here.record(BOARD, "bob", 5, ScoreRule.SUM, once));
        assertThat(await(here.record(BOARD, "ada", 5, ScoreRule.SUM, new Once("other", "match-1")))
                        .score())
                .isEqualTo(10);
    }

    @Test
    void anythingGoesAsAModelDoes() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<Place> model = new ArrayList<>();

        for (int step = 0; step < 2_000; step++) {
            String member = "m" + random.nextInt(50);
            double score = random.nextInt(7) - 3;
            ScoreRule rule = List.of(ScoreRule.values()).get(random.nextInt(3));
            int at = IntStream.range(0, model.size())
                    .filter(i -> model.get(i).member().equals(member))
                    .findFirst()
                    .orElse(-1);
            double held = at < 0 ? score : model.get(at).score();
            double becomes = at < 0
                    ? score
                    : rule == ScoreRule.SUM ? held + score : rule == ScoreRule.BEST ? Math.max(held, score) : score;
            if (at < 0 || becomes != held) {
                if (at >= 0) {
                    model.remove(at);
                }
                int place = (int)
                        model.stream().filter(each -> each.score() >= becomes).count();
                model.add(place, new Place(member, becomes, 0));
            }
            await((step % 2 == 0 ? here : there).record(BOARD, member, score, rule, null));
        }

        assertThat(await(here.top(BOARD, 1000)))
                .as("seed %d", seed)
                .extracting(Place::member, Place::score)
                .containsExactlyElementsOf(model.stream()
                        .map(each -> Tuple.tuple(each.member(), each.score()))
                        .toList());
    }

    @Test
    void whatIsAroundOneOfAMillionTakesOneRoundTrip() {
        for (int from = 1; from < MILLION; from += 50_000) {
            redis.ask(
                    Command.EVAL,
                    FILL + "return 1",
                    3,
                    "hg:leaderboard:{spring}",
                    "hg:leaderboard:{spring}:numbers",
                    "hg:leaderboard:{spring}:count",
                    from,
                    from + 49_999);
        }
        assertThat(await(here.size(BOARD))).isEqualTo(MILLION);
        // The connection is made.
        await(here.rank(BOARD, "m1"));
        redis.ask(Command.CONFIG, "RESETSTAT");

        List<Place> around = await(here.around(BOARD, "m500000", 2));

        assertThat(commands()).isEqualTo(1);
        // 499999 scores 249999, and 500000 and 500001 both 250000.
        assertThat(around)
                .containsExactly(
                        new Place("m500002", 250_001, 499_998),
                        new Place("m500003", 250_001, 499_999),
                        new Place("m500000", 250_000, 500_000),
                        new Place("m500001", 250_000, 500_001),
                        new Place("m499998", 249_999, 500_002));
        assertThat(record("new", 250_000).rank()).isEqualTo(500_002);
    }

    /** How many commands clients sent since the statistics were reset, but for those that ask. */
    private long commands() {
        Matcher calls = Pattern.compile("cmdstat_eval:calls=(\\d+)")
                .matcher(redis.ask(Command.INFO, "commandstats").toString());
        return calls.find() ? Long.parseLong(calls.group(1)) : 0;
    }

    @Test
    void nothingIsGuessedWhileRedisIsAway() {
        record("ada", 1);
        redis.server().stop();

        Stream.<Uni<?>>of(
                        here.top(BOARD, 1),
                        here.rank(BOARD, "ada"),
                        here.around(BOARD, "ada", 1),
                        here.size(BOARD),
                        here.record(BOARD, "ada", 1, ScoreRule.SUM, null)
                                .onFailure(failure -> code(failure) == ErrorCode.OUTCOME_UNKNOWN)
                                .retry()
                                .withBackOff(DataFixture.PAUSE, DataFixture.PAUSE)
                                .indefinitely())
                .forEach(each -> assertThatThrownBy(() -> await(each))
                        .satisfies(failure -> assertThat(code(failure)).isEqualTo(ErrorCode.UNAVAILABLE)));
    }

    @Test
    void scoreWhoseAnswerIsLostCanBeSentAgainWithItsKey() {
        Leaderboards impatient = new Leaderboards(redis.replica(Map.of("data-timeout", "100ms")));
        Once once = new Once("game", "match-1");
        await(impatient
                .size(BOARD)
                .onFailure()
                .retry()
                .withBackOff(DataFixture.PAUSE, DataFixture.PAUSE)
                .indefinitely());
        redis.server().pause();

        assertThatThrownBy(() -> await(impatient.record(BOARD, "ada", 5, ScoreRule.SUM, once)))
                .satisfies(failure -> assertThat(code(failure)).isEqualTo(ErrorCode.OUTCOME_UNKNOWN));
        redis.server().resume();

        assertThat(await(here.record(BOARD, "ada", 5, ScoreRule.SUM, once))).isEqualTo(new Place("ada", 5, 1));
        assertThat(await(here.record(BOARD, "ada", 5, ScoreRule.SUM, once))).isEqualTo(new Place("ada", 5, 1));
    }

    @Test
    void whatIsWrongIsRefused() {
        assertInvalid(here.record("a b", "ada", 1, ScoreRule.LATEST, null));
        assertInvalid(here.record("{a}", "ada", 1, ScoreRule.LATEST, null));
        assertInvalid(here.record(BOARD, "", 1, ScoreRule.LATEST, null));
        assertInvalid(here.record(BOARD, "a".repeat(129), 1, ScoreRule.LATEST, null));
        assertInvalid(Uni.createFrom().deferred(() -> here.top(BOARD, 0)));
        assertInvalid(Uni.createFrom().deferred(() -> here.top(BOARD, 1001)));
        assertInvalid(Uni.createFrom().deferred(() -> here.around(BOARD, "ada", 500)));
    }

    private Place record(String member, double score) {
        return await(here.record(BOARD, member, score, ScoreRule.LATEST, null));
    }

    private static void assertInvalid(Uni<?> uni) {
        assertThatThrownBy(() -> await(uni))
                .satisfies(failure -> assertThat(code(failure)).isEqualTo(ErrorCode.INVALID_ARGUMENT));
    }

    private static ErrorCode code(Throwable failure) {
        return ((GatewayException) failure).code();
    }
}
