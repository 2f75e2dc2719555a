package io.headgate.user.dynamodb;

import static io.headgate.user.dynamodb.UserItem.text;

import io.headgate.aws.AwsCalls;
import io.headgate.aws.Backoff;
import io.headgate.aws.Deadline;
import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.user.User;
import io.headgate.user.UserChange;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.Delete;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;
import software.amazon.awssdk.services.dynamodb.model.Update;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * Users created, changed and deleted, such that the item of a user and that of its e-mail address never disagree. What
 * leaves the address alone is one unconditional step that other changes can't disturb. What touches it reads the user,
 * writes both items in a transaction on condition that the user is still what was read, and starts over when it is not.
 */
final class UserChanges {

    private static final Backoff RACE = new Backoff(Duration.ofMillis(20), Duration.ofMillis(500));
    private static final String IF_ABSENT = "attribute_not_exists(" + UserItem.KEY + ")";
    private static final String CONDITION_FAILED = "ConditionalCheckFailed";

    /** Reasons for which DynamoDB made none of the changes, and would make them another time. */
    private static final List<String> PASSING =
            List.of("TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded", "TransactionInProgress");

    private final TableRequests requests;
    private final UserLookups lookups;

    UserChanges(TableRequests requests, UserLookups lookups) {
        this.requests = requests;
        this.lookups = lookups;
    }

    Uni<User> create(User user, Deadline deadline) {
        List<TransactWriteItem> puts = List.of(
                putIfAbsent(UserItem.of(user)),
                putIfAbsent(UserItem.ofEmail(user.email(), user.id().key())));
        return untilUndisturbed(
                deadline,
                () -> transact(puts, deadline)
                        .replaceWith(user)
                        .onFailure(Refused.class)
                        .transform(e -> e.change() == 0
                                ? GatewayException.of(ErrorCode.ALREADY_EXISTS, "a user with this userId exists")
                                : emailTaken()));
    }

    Uni<User> update(String key, UserChange change, @Nullable Integer expectedVersion, Deadline deadline) {
        return change.email() == null
                ? untilUndisturbed(deadline, () -> updateInPlace(key, change, expectedVersion, deadline))
                : untilUndisturbed(
                        deadline,
                        () -> read(key, expectedVersion, deadline)
                                .chain(user -> updateWithEmail(user, change, deadline)));
    }

    Uni<User> delete(String key, @Nullable Integer expectedVersion, Deadline deadline) {
        return untilUndisturbed(
                deadline,
                () -> read(key, expectedVersion, deadline).chain(user -> {
                    Expression same = Expression.whileSame(user);
                    Delete delete = Delete.builder()
                            .tableName(requests.table())
                            .key(UserItem.key(key))
                            .conditionExpression(same.condition())
                            .expressionAttributeNames(same.names())
                            .expressionAttributeValues(same.values())
                            .build();
                    List<TransactWriteItem> changes =
                            List.of(TransactWriteItem.builder().delete(delete).build(), deleteEmail(user.email(), key));
                    return transact(changes, deadline)
                            .replaceWith(user)
                            .onFailure(Refused.class)
                            .transform(e -> e.change() == 0 ? new Disturbed() : inconsistent());
                }));
    }

    private Uni<User> updateInPlace(
            String key, UserChange change, @Nullable Integer expectedVersion, Deadline deadline) {
        Expression expression = Expression.of(change);
        expression.requireUser(expectedVersion);
        UpdateItemRequest request = UpdateItemRequest.builder()
                .tableName(requests.table())
                .key(UserItem.key(key))
                .updateExpression(expression.update())
                .conditionExpression(expression.condition())
                .expressionAttributeNames(expression.names())
                .expressionAttributeValues(expression.values())
                .returnValues(ReturnValue.ALL_NEW)
                .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
                .build();
        return requests.update(request, deadline)
                .map(answer -> UserItem.user(answer.attributes()))
                .onFailure(TransactionConflictException.class)
                .transform(e -> new Disturbed())
                .onFailure(ConditionalCheckFailedException.class)
                .transform(e -> e.hasItem() ? otherVersion() : notFound());
    }

    private Uni<User> updateWithEmail(User user, UserChange change, Deadline deadline) {
        String key = user.id().key();
        Expression expression = Expression.of(change);
        expression.requireSame(user);
        Update update = Update.builder()
                .tableName(requests.table())
                .key(UserItem.key(key))
                .updateExpression(expression.update())
                .conditionExpression(expression.condition())
                .expressionAttributeNames(expression.names())
                .expressionAttributeValues(expression.values())
                .build();
        TransactWriteItem userUpdate =
                TransactWriteItem.builder().update(update).build();
        User updated = change.applyTo(user);
        List<TransactWriteItem> changes = updated.email().equals(user.email())
                ? List.of(userUpdate)
                : List.of(
                        userUpdate,
                        deleteEmail(user.email(), key),
                        putIfAbsent(UserItem.ofEmail(updated.email(), key)));
        return transact(changes, deadline)
                .replaceWith(updated)
                .onFailure(Refused.class)
                .transform(e -> switch (e.change()) {
                    case 0 -> new Disturbed();
                    case 1 -> inconsistent();
                    default -> emailTaken();
                });
    }

    private Uni<User> read(String key, @Nullable Integer expectedVersion, Deadline deadline) {
        return lookups.byKeys(List.of(key), true, deadline).map(found -> {
            User user = found.get(key);
            if (user == null) {
                throw notFound();
            }
            if (expectedVersion != null && expectedVersion != user.version()) {
                throw otherVersion();
            }
            return user;
        });
    }

    /** Makes all changes, or fails with {@link Refused}, {@link Disturbed} or a {@link GatewayException}. */
    private Uni<Void> transact(List<TransactWriteItem> changes, Deadline deadline) {
        return requests.transact(changes, deadline)
                .onFailure(TransactionCanceledException.class)
                .transform(e -> refusal(e));
    }

    private static Exception refusal(TransactionCanceledException cancelled) {
        List<String> reasons = cancelled.cancellationReasons().stream()
                .map(CancellationReason::code)
                .toList();
        if (reasons.stream().anyMatch(PASSING::contains)) {
            return new Disturbed();
        }
        int failed = reasons.indexOf(CONDITION_FAILED);
        return failed >= 0
                ? new Refused(failed)
                : GatewayException.ofAws(
                        ErrorCode.INTERNAL,
                        "DynamoDB refused a change of Headgate",
                        cancelled.awsErrorDetails().errorCode(),
                        cancelled);
    }

    private static <T> Uni<T> untilUndisturbed(Deadline deadline, Supplier<Uni<T>> change) {
        return untilUndisturbed(deadline, change, 1);
    }

    private static <T> Uni<T> untilUndisturbed(Deadline deadline, Supplier<Uni<T>> change, int attempt) {
        return Uni.createFrom().deferred(change::get).onFailure(Disturbed.class).recoverWithUni(() -> {
            Duration pause = RACE.pause(attempt);
            return deadline.allows(pause)
                    ? AwsCalls.pause(pause).chain(() -> untilUndisturbed(deadline, change, attempt + 1))
                    : Uni.createFrom()
                            .failure(GatewayException.of(
                                    ErrorCode.RESOURCE_EXHAUSTED,
                                    "DynamoDB did not get to the change between too many others of the same user;"
                                            + " nothing was changed: try again later"));
        });
    }

    private TransactWriteItem putIfAbsent(Map<String, AttributeValue> item) {
        Put put = Put.builder()
                .tableName(requests.table())
                .item(item)
                .conditionExpression(IF_ABSENT)
                .build();
        return TransactWriteItem.builder().put(put).build();
    }

    /** Deletes the item of an address; one that is not there does not keep a user from being changed. */
    private TransactWriteItem deleteEmail(String email, String owner) {
        Delete delete = Delete.builder()
                .tableName(requests.table())
                .key(UserItem.key(UserItem.emailKey(email)))
                .conditionExpression(IF_ABSENT + " OR #owner = :owner")
                .expressionAttributeNames(Map.of("#owner", UserItem.OWNER))
                .expressionAttributeValues(Map.of(":owner", text(owner)))
                .build();
        return TransactWriteItem.builder().delete(delete).build();
    }

    private static GatewayException notFound() {
        return GatewayException.of(ErrorCode.NOT_FOUND, "there is no such user");
    }

    private static GatewayException otherVersion() {
        return GatewayException.of(
                ErrorCode.CONFLICT, "the user has another version than expected: read it again, then decide");
    }

    private static GatewayException emailTaken() {
        return GatewayException.of(ErrorCode.ALREADY_EXISTS, "a user with this email exists");
    }

    private static GatewayException inconsistent() {
        return GatewayException.of(
                ErrorCode.FAILED_PRECONDITION,
                "the table is inconsistent: it has the user's e-mail address registered for another user");
    }

    /** Something else came in between, and nothing was changed. */
    private static final class Disturbed extends RuntimeException {
        Disturbed() {
            super("disturbed", null, false, false);
        }
    }

    /** The condition of a change, by its place in the transaction, did not hold; nothing was changed. */
    private static final class Refused extends RuntimeException {
        private final int change;

        Refused(int change) {
            super("condition of change " + change, null, false, false);
            this.change = change;
        }

        int change() {
            return change;
        }
    }
}
