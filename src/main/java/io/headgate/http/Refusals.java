package io.headgate.http;

import io.headgate.audit.AuditLog;
import io.headgate.audit.AuditRecord;
import io.headgate.audit.AuditRecord.Transport;
import io.headgate.error.ErrorCode;
import io.headgate.graphql.GraphQlEngine.Result;
import io.headgate.security.Caller;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Records what is refused, before its answer is written. */
final class Refusals {

    private static final List<String> ASKING_FOR_THE_DOCUMENT = List.of(ErrorCode.PERSISTED_QUERY_NOT_FOUND.name());

    private final AuditLog audit;
    private final boolean isAnyDocumentRun;

    /** @param isAnyDocumentRun whether a document that is not known is asked for, and not refused */
    Refusals(AuditLog audit, boolean isAnyDocumentRun) {
        this.audit = audit;
        this.isAnyDocumentRun = isAnyDocumentRun;
    }

    /**
     * Completes, in the context it is called in, when the record is written or is not to be waited for.
     *
     * @param caller nothing where that is not known, because it was not asked for yet or can't be believed
     * @param status of the answer, where it has one of its own
     */
    Future<Void> add(Transport transport, @Nullable Caller caller, @Nullable Integer status, Result result) {
        List<String> codes = codes(result);
        if (isAnyDocumentRun && codes.equals(ASKING_FOR_THE_DOCUMENT)) {
            return Future.succeededFuture();
        }
        CompletionStage<Void> written = audit.addRefused(new AuditRecord(
                caller == null ? Caller.ANONYMOUS : caller,
                transport,
                result.refused(),
                AuditRecord.Outcome.REFUSED,
                codes,
                status,
                AuditRecord.currentTraceId()));
        Context context = Vertx.currentContext();
        return context == null ? Future.fromCompletionStage(written) : Future.fromCompletionStage(written, context);
    }

    private static List<String> codes(Result result) {
        return result.response().get("errors") instanceof List<?> errors
                ? errors.stream().map(Refusals::code).distinct().toList()
                : List.of();
    }

    private static String code(Object error) {
        return error instanceof Map<?, ?> fields && fields.get("extensions") instanceof Map<?, ?> extensions
                ? String.valueOf(extensions.get("code"))
                : ErrorCode.INTERNAL.name();
    }
}
