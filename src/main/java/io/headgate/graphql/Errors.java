package io.headgate.graphql;

import graphql.ErrorClassification;
import graphql.ErrorType;
import graphql.ExecutionResult;
import graphql.GraphQLError;
import graphql.GraphqlErrorBuilder;
import graphql.execution.DataFetcherExceptionHandler;
import graphql.execution.DataFetcherExceptionHandlerParameters;
import graphql.execution.DataFetcherExceptionHandlerResult;
import graphql.introspection.GoodFaithIntrospection.BadFaithIntrospectionError;
import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Errors as clients see them: {@code message}, {@code path}, {@code locations}, and {@code extensions} with {@code code},
 * {@code retryable} and, where AWS reported the failure, {@code awsErrorCode}. A failure that nobody foresaw is INTERNAL
 * and says nothing of itself; the log has it.
 */
final class Errors implements DataFetcherExceptionHandler {

    private static final Logger LOG = Logger.getLogger(Errors.class);
    private static final String INTERNAL = "something went wrong inside Headgate; its log has the details";

    /** What graphql-java itself finds wrong with a request: its syntax, its fields, its variables, its operation. */
    private static final Set<ErrorType> REQUEST_ERRORS = EnumSet.of(
            ErrorType.InvalidSyntax,
            ErrorType.ValidationError,
            ErrorType.OperationNotSupported,
            ErrorType.ExecutionAborted);

    private static final Pattern ENGINE_WORDS = Pattern.compile("^Validation [Ee]rror \\([^)]*\\) ?: ");

    /** What was given, up to the engine's last words about it: what looks like those may be in it. */
    private static final Pattern VALUE =
            Pattern.compile("(?s) (?:with )?value '.*'(?= (?:must not be null|must be an object type"
                    + "|is not a valid '|is missing required fields '|contains a field not in '|for type '))");

    /** A string in a document that can't be read. */
    private static final Pattern STRING =
            Pattern.compile("(?s):? '(?:token recognition error at: ')?\".*'(?= at line \\d+ column \\d+)");

    @Override
    public CompletableFuture<DataFetcherExceptionHandlerResult> handleException(
            DataFetcherExceptionHandlerParameters parameters) {
        GatewayException failure = failure(parameters.getException());
        if (failure.code() == ErrorCode.INTERNAL) {
            LOG.errorf(failure, "a field failed: path=%s", parameters.getPath());
        }
        GraphQLError error = GraphqlErrorBuilder.newError(parameters.getDataFetchingEnvironment())
                .message("%s", failure.getMessage())
                .errorType(
                        ErrorClassification.errorClassification(failure.code().name()))
                .extensions(extensions(failure))
                .build();
        return CompletableFuture.completedFuture(
                DataFetcherExceptionHandlerResult.newResult(error).build());
    }

    /** A result as a map for JSON, with {@code extensions.code} in every error. */
    static Map<String, Object> toSpecification(ExecutionResult result) {
        Map<String, Object> specification = new LinkedHashMap<>(result.toSpecification());
        if (!result.getErrors().isEmpty()) {
            specification.put(
                    "errors",
                    result.getErrors().stream().map(Errors::toSpecification).toList());
        }
        return specification;
    }

    /** A request that can't be executed. */
    static Map<String, Object> refusal(GatewayException failure) {
        return Map.of("errors", List.of(Map.of("message", failure.getMessage(), "extensions", extensions(failure))));
    }

    /** What {@code extensions.code} of an error is. */
    static String code(GraphQLError error) {
        Object code =
                error.getExtensions() == null ? null : error.getExtensions().get("code");
        if (code != null) {
            return code.toString();
        }
        return (REQUEST_ERRORS.contains(error.getErrorType()) ? ErrorCode.INVALID_ARGUMENT : ErrorCode.INTERNAL).name();
    }

    private static Map<String, Object> toSpecification(GraphQLError error) {
        Map<String, Object> specification = new LinkedHashMap<>(error.toSpecification());
        if (error.getExtensions() != null && error.getExtensions().containsKey("code")) {
            specification.put("extensions", withoutClassification(error.getExtensions()));
        } else if (error instanceof BadFaithIntrospectionError) {
            specification.put("extensions", extensions(GatewayException.tooMuchWork(error.getMessage())));
        } else if (REQUEST_ERRORS.contains(error.getErrorType())) {
            GatewayException wrong = GatewayException.invalidArgument(reworded(error.getMessage()));
            specification.put("message", wrong.getMessage());
            specification.put("extensions", extensions(wrong));
        } else {
            LOG.errorf("the engine failed: %s", error.getMessage());
            specification.put("message", INTERNAL);
            specification.put("extensions", extensions(GatewayException.of(ErrorCode.INTERNAL, INTERNAL)));
        }
        return specification;
    }

    /**
     * Without what tells of the library that found it, whose known weaknesses an attacker would look up, and without the
     * values that were given, which may be secrets.
     */
    private static String reworded(String message) {
        String ours = ENGINE_WORDS
                .matcher(message)
                .replaceFirst("")
                .replace("Invalid syntax with ANTLR error", "Invalid syntax:");
        return STRING.matcher(VALUE.matcher(ours).replaceFirst("")).replaceFirst("");
    }

    private static Map<String, Object> withoutClassification(Map<String, Object> extensions) {
        Map<String, Object> ours = new LinkedHashMap<>(extensions);
        ours.remove("classification");
        return ours;
    }

    static Map<String, Object> extensions(GatewayException failure) {
        Map<String, Object> extensions = new LinkedHashMap<>();
        extensions.put("code", failure.code().name());
        extensions.put("retryable", failure.retryable());
        if (failure.awsErrorCode() != null) {
            extensions.put("awsErrorCode", failure.awsErrorCode());
        }
        Long later = retryAfterSeconds(failure);
        if (later != null) {
            extensions.put("retryAfterSeconds", later);
        }
        return extensions;
    }

    /** Whole ones, as HTTP has them: too late rather than too early. */
    static @Nullable Long retryAfterSeconds(GatewayException failure) {
        Duration later = failure.retryAfter();
        return later == null ? null : (Long) later.plusSeconds(1).minusNanos(1).toSeconds();
    }

    private static GatewayException failure(Throwable thrown) {
        Throwable failure = thrown;
        while (failure instanceof CompletionException && failure.getCause() != null) {
            failure = failure.getCause();
        }
        if (failure instanceof CancellationException) {
            return GatewayException.of(
                    ErrorCode.UNAVAILABLE, "the request was given up, by its client or for its time");
        }
        return failure instanceof GatewayException known
                ? known
                : GatewayException.of(ErrorCode.INTERNAL, INTERNAL, failure);
    }
}
