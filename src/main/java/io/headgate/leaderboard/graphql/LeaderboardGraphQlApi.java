package io.headgate.leaderboard.graphql;

import graphql.schema.DataFetcher;
import graphql.schema.DataFetchingEnvironment;
import graphql.schema.idl.RuntimeWiring;
import graphql.schema.idl.TypeRuntimeWiring;
import io.headgate.graphql.Arguments;
import io.headgate.graphql.Fields;
import io.headgate.graphql.GraphQlApi;
import io.headgate.graphql.Reads;
import io.headgate.leaderboard.Leaderboards;
import io.headgate.leaderboard.Place;
import io.headgate.leaderboard.ScoreRule;
import io.headgate.redis.Once;
import io.headgate.security.Caller;
import io.headgate.security.Role;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** What answers the fields of leaderboards in the schema. */
public final class LeaderboardGraphQlApi implements GraphQlApi {

    private final Leaderboards leaderboards;

    public LeaderboardGraphQlApi(Leaderboards leaderboards) {
        this.leaderboards = leaderboards;
    }

    @Override
    public Map<Class<?>, String> nodeTypes() {
        return Map.of();
    }

    @Override
    public Map<String, Role> roles() {
        return Map.of(
                "Query.leaderboard", Role.READER,
                "Mutation.recordScore", Role.EDITOR,
                "Leaderboard", Role.READER,
                "LeaderboardEntry", Role.READER);
    }

    @Override
    public boolean owns(String id) {
        return false;
    }

    @Override
    public CompletableFuture<List<@Nullable Object>> nodes(DataFetchingEnvironment environment, List<String> ids) {
        throw new IllegalStateException("leaderboards are no nodes");
    }

    @Override
    public void wire(RuntimeWiring.Builder wiring) {
        wiring.type(TypeRuntimeWiring.newTypeWiring("Query")
                .dataFetcher(
                        "leaderboard",
                        environment -> new Leaderboard(Arguments.of(environment).requiredText("name"))));
        wiring.type(TypeRuntimeWiring.newTypeWiring("Mutation").dataFetcher("recordScore", this::recordScore));
        wiring.type(Fields.of("Leaderboard", Leaderboard.class)
                .field("name", Leaderboard::name)
                .wiring()
                .dataFetcher("size", reading((name, arguments) -> leaderboards.size(name)))
                .dataFetcher(
                        "top", reading((name, arguments) -> leaderboards.top(name, arguments.requiredInteger("first"))))
                .dataFetcher(
                        "rank", reading((name, arguments) -> leaderboards.rank(name, arguments.requiredText("member"))))
                .dataFetcher(
                        "around",
                        reading((name, arguments) -> leaderboards.around(
                                name, arguments.requiredText("member"), arguments.requiredInteger("radius")))));
        wiring.type(Fields.of("LeaderboardEntry", Place.class)
                .field("member", Place::member)
                .field("score", Place::score)
                .field("rank", Place::rank)
                .wiring());
    }

    private static <T> DataFetcher<CompletableFuture<T>> reading(BiFunction<String, Arguments, Uni<T>> read) {
        return environment -> Reads.of(environment.getGraphQlContext())
                .begin(read.apply(environment.<Leaderboard>getSource().name(), Arguments.of(environment)));
    }

    /** A change goes on to its end when the client goes: see {@link Reads}. */
    private CompletableFuture<Place> recordScore(DataFetchingEnvironment environment) {
        Arguments input = Arguments.of(environment).requiredObject("input");
        String caller =
                environment.getGraphQlContext().<Caller>get(Caller.class).id();
        return leaderboards
                .record(
                        input.requiredText("leaderboard"),
                        input.requiredText("member"),
                        input.requiredDecimal("score"),
                        input.requiredConstant("rule", ScoreRule.class),
                        Once.of(caller, input.text("idempotencyKey")))
                .subscribeAsCompletionStage();
    }

    private record Leaderboard(String name) {}
}
