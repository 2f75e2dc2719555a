package io.headgate.http;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.smallrye.mutiny.Uni;
import org.jspecify.annotations.Nullable;

/** Finds the documents of requests. */
interface Documents {

    /**
     * The document that was asked for. Fails with PERSISTED_QUERY_NOT_FOUND when it is named and not known, FORBIDDEN when it
     * may not be run, INVALID_ARGUMENT when it is not the one that it is said to be.
     */
    Uni<String> document(Asked asked);

    /** The same where it is at hand; {@code null} where it is not, or {@link #document} fails. */
    @Nullable
    String atHand(Asked asked);

    /** Tells that a document was executed, so that it can be asked for by its name from now on. */
    void executed(Asked asked);

    /** What Apollo's clients answer by sending the document itself. */
    static GatewayException notFound() {
        return GatewayException.of(ErrorCode.PERSISTED_QUERY_NOT_FOUND, "PersistedQueryNotFound");
    }
}
