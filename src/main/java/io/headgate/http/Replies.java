package io.headgate.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.graphql.GraphQlEngine;
import io.headgate.graphql.GraphQlEngine.Outcome;
import io.headgate.graphql.GraphQlEngine.Query;
import io.headgate.graphql.GraphQlEngine.Response;
import io.headgate.graphql.GraphQlEngine.Result;
import io.headgate.graphql.GraphQlRequest;
import io.headgate.http.Sent.Form;
import io.headgate.json.Json;
import io.headgate.limit.Executions;
import io.headgate.limit.Executions.Turn;
import io.headgate.response.Answer;
import io.headgate.response.Making;
import io.headgate.response.Question;
import io.headgate.response.ResponseCache;
import io.headgate.response.SharedAnswers;
import io.headgate.security.Caller;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests: from what is kept in this process, by the very bytes or else by what they ask for, from what another
 * replica keeps in Redis, or by executing them.
 */
final class Replies {

    private static final char BETWEEN = '\0';

    /** In bytes, about: of requests whose answers are never kept. */
    private static final long MOST_UNKEPT = 1_000_000;

    private final GraphQlEngine engine;
    private final Executions executions;
    private final Documents documents;
    private final ResponseCache cache;
    private final SharedAnswers shared;
    private final boolean hasEntityCache;
    private final Rounds<Executed> rounds;
    private final Cache<Question, Unkept> unkept = Caffeine.newBuilder()
            .maximumWeight(MOST_UNKEPT)
            .weigher((Question bytes, Unkept known) -> 3 * bytes.size() + known.question.size())
            .executor(Runnable::run)
            .build();
    private final Counter fromProcess;
    private final Counter fromRedis;
    private final Counter executed;

    /** @param hasEntityCache whether what is read by its key comes from a cache that all replicas have */
    Replies(
            Vertx vertx,
            GraphQlEngine engine,
            Executions executions,
            Documents documents,
            ResponseCache cache,
            SharedAnswers shared,
            boolean hasEntityCache,
            MeterRegistry meters) {
        this.fromProcess = requests(meters, "process");
        this.fromRedis = requests(meters, "redis");
        this.executed = requests(meters, "execution");
        this.rounds = new Rounds<>(vertx);
        this.engine = engine;
        this.executions = executions;
        this.documents = documents;
        this.cache = cache;
        this.shared = shared;
        this.hasEntityCache = hasEntityCache;
    }

    /** Counts the requests that are answered from this process. */
    Counter fromProcess() {
        return fromProcess;
    }

    /** The answer that is kept to these very bytes, or {@code null}. */
    @Nullable
    Reply known(Sent sent, Caller caller) {
        Question question = sent.question(caller);
        Answer answer = question == null ? null : cache.find(question);
        if (answer == null) {
            return null;
        }
        fromProcess.increment();
        return Reply.found(answer);
    }

    /**
     * The answer to what was sent, which {@link #known} does not know. Fails with UNAVAILABLE where too much is executed.
     * Cancelling it ends the reads under way.
     */
    Uni<Reply> reply(Sent sent, Caller caller) {
        return executions.run(() -> answer(sent, caller));
    }

    /**
     * The same for a query that is one read by its key, without what others need; tells {@code outcome} once, on any thread.
     *
     * @return ends what is under way; {@code null} where it is another, or has to wait, and nothing was begun
     */
    @Nullable
    Cancellable read(
            Sent sent, Caller caller, BiConsumer<? super @Nullable Reply, ? super @Nullable Throwable> outcome) {
        Keyed keyed = keyed(sent, caller);
        if (keyed == null) {
            return null;
        }
        Answer kept = cache.find(keyed.question);
        if (kept != null) {
            fromProcess.increment();
            outcome.accept(found(sent, keyed.asked, keyed.question, caller, kept), null);
            return () -> {};
        }
        Turn turn = executions.turnNow();
        if (turn == null) {
            return null;
        }
        Making making = cache.begin();
        Cancellable begun = engine.read(keyed.query, caller, making, (response, failure) -> {
            turn.end();
            Reply reply = null;
            Throwable wrong = failure;
            if (response != null) {
                try {
                    Question alias = alias(sent, keyed.asked, caller);
                    reply = executed(keyed.asked, keep(keyed.query, keyed.question, alias, making, response));
                } catch (RuntimeException e) {
                    wrong = e;
                }
            }
            outcome.accept(reply, wrong);
        });
        if (begun == null) {
            turn.end();
            return null;
        }
        return () -> {
            turn.end();
            begun.cancel();
        };
    }

    private @Nullable Keyed keyed(Sent sent, Caller caller) {
        Question bytes = sent.question(caller);
        if (bytes != null && unkept.getIfPresent(bytes) != null) {
            return null;
        }
        Asked asked;
        try {
            asked = sent.read();
        } catch (GatewayException e) {
            return null;
        }
        String document = documents.atHand(asked);
        Query query = document == null ? null : sent.query(asked.with(document), engine);
        if (query == null || !cache.isOpen() || !query.isKept() || !query.isKeyed() || isShared(query)) {
            return null;
        }
        return new Keyed(asked, query, Form.CANONICAL.question(canonical(query), caller));
    }

    /** A request that is one read by its key. */
    private record Keyed(Asked asked, Query query, Question question) {}

    private Uni<Reply> answer(Sent sent, Caller caller) {
        Question bytes = sent.question(caller);
        Unkept known = bytes == null ? null : unkept.getIfPresent(bytes);
        if (known != null) {
            return execute(sent, known.asked, known.query, known.question, caller);
        }
        Asked asked;
        try {
            asked = sent.read();
        } catch (GatewayException e) {
            Result refusal = GraphQlEngine.refusal(e);
            return Uni.createFrom()
                    .item(e.code() == ErrorCode.INVALID_ARGUMENT ? Reply.noRequest(refusal) : Reply.of(refusal));
        }
        return documents.document(asked).chain(document -> answer(sent, asked, asked.with(document), caller));
    }

    private Uni<Reply> answer(Sent sent, Asked asked, GraphQlRequest request, Caller caller) {
        Query query = sent.query(request, engine);
        if (query == null) {
            return engine.execute(request, caller, Making.unkept()).map(response -> executed(asked, response, null));
        }
        Question question = Form.CANONICAL.question(canonical(query), caller);
        if (!cache.isOpen() || !query.isKept()) {
            return execute(sent, asked, query, question, caller);
        }
        Answer kept = cache.find(question);
        if (kept != null) {
            fromProcess.increment();
            return Uni.createFrom().item(found(sent, asked, question, caller, kept));
        }
        if (!isShared(query)) {
            return execute(sent, asked, query, question, caller);
        }
        return shared.find(question).chain(found -> {
            if (found.isEmpty()) {
                return execute(sent, asked, query, question, caller);
            }
            fromRedis.increment();
            return Uni.createFrom().item(found(sent, asked, question, caller, found.get()));
        });
    }

    private Uni<Reply> execute(Sent sent, Asked asked, Query query, Question question, Caller caller) {
        Question alias = alias(sent, asked, caller);
        return rounds.join(question, () -> execution(query, question, alias, caller))
                .chain(executed -> executed.isFor(query)
                        ? Uni.createFrom().item(executed)
                        : execution(query, question, alias, caller))
                .map(executed -> {
                    if (executed.isNeverKept) {
                        remember(sent, asked, query, question, caller);
                    }
                    if (executed.answer != null && alias != null) {
                        cache.alias(alias, question);
                    }
                    return executed(asked, executed);
                });
    }

    private Uni<Executed> execution(Query query, Question question, @Nullable Question alias, Caller caller) {
        Making making = cache.begin();
        return engine.execute(query, caller, making).map(response -> keep(query, question, alias, making, response));
    }

    /** Keeps what was executed, where it may be. */
    private Executed keep(Query query, Question question, @Nullable Question alias, Making making, Response response) {
        Answer answer = response.isWhole() ? cache.keep(question, alias, making, response.json()) : null;
        if (answer != null && isShared(query)) {
            shared.keep(question, answer);
        }
        return new Executed(query, response, answer, response.isWhole() && making.isRefused());
    }

    /** What a cache has by its key is found there in one round trip too, and by other questions as well. */
    private boolean isShared(Query query) {
        return !(hasEntityCache && query.isKeyed());
    }

    /** What is asked for again and never kept is read once. */
    private void remember(Sent sent, Asked asked, Query query, Question question, Caller caller) {
        Question bytes = sent.question(caller);
        if (bytes != null && asked.isPlain()) {
            unkept.put(bytes, new Unkept(asked, query, question));
        }
    }

    private Reply executed(Asked asked, Executed execution) {
        return executed(asked, execution.response, execution.answer);
    }

    private Reply executed(Asked asked, Response response, @Nullable Answer answer) {
        executed.increment();
        if (response.result().outcome() == Outcome.EXECUTED) {
            documents.executed(asked);
        }
        return Reply.made(response.result(), response.json(), answer);
    }

    private Reply found(Sent sent, Asked asked, Question question, Caller caller, Answer answer) {
        documents.executed(asked);
        Question alias = alias(sent, asked, caller);
        if (alias != null) {
            cache.alias(alias, question);
        }
        return Reply.found(answer);
    }

    /**
     * The bytes by which the answer is found from then on. A request that gives a document a name is read each time: the name may
     * have been forgotten.
     */
    private static @Nullable Question alias(Sent sent, Asked asked, Caller caller) {
        return asked.isPlain() || asked.query() == null ? sent.question(caller) : null;
    }

    /** What one execution gave. */
    private record Executed(
            Query query, Response response, @Nullable Answer answer, boolean isNeverKept) {

        /** Errors tell where in the document they are, which may have another layout. */
        boolean isFor(Query asked) {
            return response.isWhole()
                    || query.request().query().equals(asked.request().query());
        }
    }

    /** A request whose answer is never kept. */
    private record Unkept(Asked asked, Query query, Question question) {}

    private static Counter requests(MeterRegistry meters, String source) {
        return Counter.builder("headgate.response.cache.requests")
                .description("Requests with one answer, by where it came from")
                .tag("source", source)
                .register(meters);
    }

    private static byte[] canonical(Query query) {
        GraphQlRequest request = query.request();
        String operation = request.operationName();
        StringBuilder text = new StringBuilder(query.canonical())
                .append(BETWEEN)
                .append(operation == null ? "" : operation)
                .append(BETWEEN);
        Json.writeCanonical(request.variables(), text);
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
