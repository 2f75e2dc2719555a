package io.headgate.http;

import io.headgate.graphql.GraphQlEngine;
import io.headgate.graphql.GraphQlEngine.Result;
import io.headgate.limit.Executions;
import io.headgate.limit.Executions.Turn;
import io.headgate.security.Caller;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;

/** Runs operations that may have any number of results. */
final class Operations {

    private final GraphQlEngine engine;
    private final Documents documents;
    private final Executions executions;

    Operations(GraphQlEngine engine, Documents documents, Executions executions) {
        this.engine = engine;
        this.documents = documents;
        this.executions = executions;
    }

    /**
     * The results of an operation, when it is its turn. A subscription has its turn until it has begun, since it goes on for as
     * long as its client likes.
     *
     * @param onEvents is run before the first result where it is a subscription
     * @param admitted completes when the operation may run
     */
    Multi<Result> run(Asked asked, Caller caller, Runnable onEvents, Uni<Void> admitted) {
        Turn turn = executions.turn();
        return admitted.chain(turn::begin)
                .chain(() -> documents.document(asked))
                .onItem()
                .transformToMulti(document -> engine.stream(asked.with(document), caller, () -> {
                    turn.end();
                    onEvents.run();
                }))
                .onTermination()
                .invoke(turn::end);
    }
}
