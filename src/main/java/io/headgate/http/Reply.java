package io.headgate.http;

import io.headgate.graphql.GraphQlEngine.Outcome;
import io.headgate.graphql.GraphQlEngine.Result;
import io.headgate.json.Json;
import io.headgate.response.Answer;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * What a request is answered with.
 *
 * @param result what the body was made of; {@code null} where it was found
 * @param isRequest whether what was sent is a GraphQL request at all
 * @param body JSON in UTF-8, which must not be changed
 * @param kept the same as it is kept for others, where it is
 */
record Reply(
        @Nullable Result result,
        boolean isRequest,
        Buffer body,
        @Nullable Answer kept) {

    static Reply of(Result result) {
        return made(result, Json.writeUtf8(result.response()), null);
    }

    static Reply noRequest(Result refusal) {
        return new Reply(refusal, false, Buffer.buffer(Json.writeUtf8(refusal.response())), null);
    }

    static Reply made(Result result, byte[] body, @Nullable Answer kept) {
        return new Reply(result, true, Buffer.buffer(body), kept);
    }

    static Reply found(Answer kept) {
        return new Reply(null, true, Buffer.buffer(kept.body()), kept);
    }

    Outcome outcome() {
        return result == null ? Outcome.EXECUTED : result.outcome();
    }

    /** Whether it was kept before. */
    boolean isFound() {
        return result == null;
    }
}
