package io.headgate.recovery.ledger;

import io.headgate.aws.AwsCalls;
import io.headgate.aws.Backoff;
import io.headgate.aws.Deadline;
import io.headgate.error.GatewayException;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/** Changes of the ledger of which all are made or none. */
final class LedgerTransactions {

    private static final String CONDITION_FAILED = "ConditionalCheckFailed";
    private static final Backoff CONFLICT = new Backoff(Duration.ofMillis(20), Duration.ofMillis(500));

    private final DynamoDbAsyncClient client;
    private final Duration attemptTimeout;
    private final Function<Throwable, GatewayException> meaning;

    /** @param meaning what a failure means that is not {@link Refused} */
    LedgerTransactions(
            DynamoDbAsyncClient client, Duration attemptTimeout, Function<Throwable, GatewayException> meaning) {
        this.client = client;
        this.attemptTimeout = attemptTimeout;
        this.meaning = meaning;
    }

    /**
     * Makes all changes, none, or fails with {@link Refused}. Where its answer is lost it is sent again with the same token,
     * which DynamoDB executes no second time.
     */
    Uni<Void> commit(List<TransactWriteItem> changes, Deadline deadline) {
        return commit(changes, deadline, 1);
    }

    private Uni<Void> commit(List<TransactWriteItem> changes, Deadline deadline, int attempt) {
        TransactWriteItemsRequest request = TransactWriteItemsRequest.builder()
                .transactItems(changes)
                .clientRequestToken(UUID.randomUUID().toString())
                .build();
        return AwsCalls.repeatable(() -> client.transactWriteItems(request), deadline, attemptTimeout)
                .replaceWithVoid()
                .onFailure()
                .recoverWithUni(failure -> {
                    Refused refused = failure instanceof TransactionCanceledException cancelled
                            ? new Refused(cancelled.cancellationReasons())
                            : null;
                    if (refused != null && refused.isOfConditions()) {
                        return Uni.createFrom().failure(refused);
                    }
                    Duration pause = CONFLICT.pause(attempt);
                    return refused != null && deadline.allows(pause)
                            ? AwsCalls.pause(pause).chain(() -> commit(changes, deadline, attempt + 1))
                            : Uni.createFrom().failure(meaning.apply(failure));
                });
    }

    /** Conditions of a transaction did not hold, or something else was changing the same items; nothing was changed. */
    static final class Refused extends RuntimeException {

        private final transient List<CancellationReason> reasons;

        Refused(List<CancellationReason> reasons) {
            super("refused", null, false, false);
            this.reasons = reasons;
        }

        boolean isOfConditions() {
            return reasons.stream().anyMatch(reason -> CONDITION_FAILED.equals(reason.code()));
        }

        /** The item that was there instead, by the change's place; {@code null} when that change was not refused. */
        @Nullable
        Map<String, AttributeValue> item(int place) {
            boolean isRefused = place < reasons.size()
                    && CONDITION_FAILED.equals(reasons.get(place).code());
            return isRefused ? reasons.get(place).item() : null;
        }
    }
}
