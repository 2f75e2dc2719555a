package io.headgate.http;

import io.headgate.audit.AuditLog;
import io.headgate.audit.AuditRecord;
import io.headgate.audit.AuditRecord.Transport;
import io.headgate.error.ErrorCode;
import io.headgate.graphql.GraphQlEngine.Result;
import io.headgate.security.Caller;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Records what is refused, where its answer is written. */
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
     * @param caller nothing where that is not known, because it was not asked for yet or can't be believed
     * @param status of the answer, where it has one of its own
     */
    void add(Transport transport, @Nullable Caller caller, @Nullable Integer status, Result result) {
        List<String> codes = codes(result);
        if (isAnyDocumentRun && codes.equals(ASKING_FOR_THE_DOCUMENT)) {
            return;
        }
        audit.addRefused(new AuditRecord(
                caller == null ? Caller.ANONYMOUS : caller,
                transport,
                result.refused(),
                AuditRecord.Outcome.REFUSED,
                codes,
                status,
                AuditRecord.currentTraceId()));
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
