package io.headgate.http;

import io.headgate.graphql.GraphQlEngine;
import io.headgate.graphql.GraphQlEngine.Query;
import io.headgate.graphql.GraphQlRequest;
import io.headgate.response.Question;
import io.headgate.security.Caller;
import io.headgate.security.Role;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A request as it was sent: bytes whose meaning has yet to be read. */
final class Sent {

    /** Of bodies whose answers are found by their bytes; to look for a longer one costs more than it can save. */
    private static final int MOST_KNOWN = 32 * 1024;

    private final Form form;
    private final byte[] bytes;
    private final Supplier<Asked> reader;
    private @Nullable Asked asked;
    private boolean isLookedAt;
    private @Nullable Query query;
    private @Nullable Question question;
    private @Nullable Caller asker;

    /**
     * A request that is not read yet.
     *
     * @param bytes its body, or its URL's parameters, which must not be changed
     * @param reader reads them; throws INVALID_ARGUMENT for what is no request
     */
    Sent(Form form, byte[] bytes, Supplier<Asked> reader) {
        this.form = form;
        this.bytes = bytes;
        this.reader = reader;
    }

    /** What was asked for. Throws INVALID_ARGUMENT for what is no request. */
    Asked read() {
        Asked read = asked;
        if (read == null) {
            read = reader.get();
            asked = read;
        }
        return read;
    }

    /** What is known of it, which {@code engine} tells once; {@code null} where it tells nothing. */
    @Nullable
    Query query(GraphQlRequest request, GraphQlEngine engine) {
        if (!isLookedAt) {
            isLookedAt = true;
            query = engine.query(request);
        }
        return query;
    }

    /** The very bytes, sent by somebody who may see what the caller may; {@code null} where they are too many. */
    @Nullable
    Question question(Caller caller) {
        if (bytes.length <= MOST_KNOWN && (question == null || !caller.equals(asker))) {
            question = form.question(bytes, caller);
            asker = caller;
        }
        return question;
    }

    /** How a request is written, which tells apart what means another thing by the same bytes. */
    enum Form {
        JSON('j'),
        DOCUMENT('d'),
        PARAMETERS('p'),
        /** By the gateway itself: the same for requests that ask for the same. */
        CANONICAL('c');

        private final char letter;

        Form(char letter) {
            this.letter = letter;
        }

        /** What the bytes ask for, for somebody who may see what the caller may: that depends on the roles alone. */
        Question question(byte[] bytes, Caller caller) {
            return new Question(letter, bytes, visibility(caller), this != CANONICAL);
        }

        /** Whoever has a role is a reader too. */
        private static String visibility(Caller caller) {
            if (caller.may(Role.OPERATOR)) {
                return caller.may(Role.EDITOR) ? "all" : "operator";
            }
            return caller.may(Role.EDITOR) ? "editor" : caller.may(Role.READER) ? "reader" : "none";
        }
    }
}
