package io.headgate.user.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.headgate.json.Json;
import io.headgate.user.Attributes;
import io.headgate.user.Consistency;
import io.headgate.user.Store;
import io.headgate.user.User;
import io.headgate.user.UserFilter;
import io.headgate.user.UserId;
import io.headgate.user.UserOrder;
import io.headgate.user.UserQuery;
import io.headgate.user.UserStatus;
import io.headgate.user.UserStore;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;

/** What DynamoDB sets limits to: the size of an answer and the depth of an item. */
class DynamoDbLimitsTest {

    private static final Instant T0 = Instant.parse("2026-03-01T12:00:00.123456Z");

    /** Together 17 MB, more than one answer of any kind holds, and each shard's more than a query's 1 MB. */
    private static final List<User> LARGE =
            IntStream.range(0, 46).mapToObj(DynamoDbLimitsTest::largeUser).toList();

    private static final Traffic TRAFFIC = new Traffic();
    private static LocalTable table;
    private static DynamoDbAsyncClient client;
    private static UserStore store;

    @BeforeAll
    static void load() {
        table = LocalTable.create();
        client = LocalTable.client(LocalTable.endpoint(), TRAFFIC);
        store = new DynamoDbUserStore(client, table.config(Map.of("read-timeout", "20S", "attempt-timeout", "20S")));
        LocalTable.load(client, table.name(), LARGE);
    }

    @AfterAll
    static void close() {
        client.close();
    }

    @Test
    void usersOfMoreThanOneAnswerAreFoundInOneBatch() {
        TRAFFIC.reset();

        Map<String, User> found = await(store.findByKeys(
                LARGE.stream().map(user -> user.id().key()).collect(Collectors.toSet()), Consistency.STRONG));

        assertThat(found.values()).containsExactlyInAnyOrderElementsOf(LARGE);
        assertThat(TRAFFIC.requests().get("BatchGetItem")).isGreaterThan(1);
    }

    @Test
    void pageOfMoreThanOneAnswerOfEachShardIsFull() {
        TRAFFIC.reset();

        List<User> page = await(store.list(new UserQuery(UserFilter.ALL, UserOrder.DEFAULT, null, null, 40)));

        assertThat(page).isEqualTo(LARGE.subList(0, 40));
        assertThat(TRAFFIC.requests().get("Query")).isGreaterThan(UserItem.SHARD_COUNT);
        assertThat(await(store.count(UserFilter.ALL))).isEqualTo(LARGE.size());
    }

    /** DynamoDB has 32 levels, and the attributes themselves are the first below the item. */
    @Test
    void attributesMayBeAsDeepAsDynamoDbAllowsAndNoDeeper() {
        Map<String, AttributeValue> deepest = nested(Attributes.MAX_DEPTH);

        PutItemResponse answer = put(deepest);

        assertThat(answer.sdkHttpResponse().isSuccessful()).isTrue();
        ThrowingCallable tooDeep = () -> put(nested(Attributes.MAX_DEPTH + 1));
        assertThatExceptionOfType(DynamoDbException.class)
                .isThrownBy(tooDeep)
                .withMessageContaining("Nesting Levels have exceeded supported limits");
    }

    private static PutItemResponse put(Map<String, AttributeValue> item) {
        return await(Uni.createFrom()
                .completionStage(() -> client.putItem(
                        request -> request.tableName(table.name()).item(item))));
    }

    private static Map<String, AttributeValue> nested(int depth) {
        AttributeValue value = AttributeValue.fromM(Map.of());
        for (int i = 1; i < depth; i++) {
            value = AttributeValue.fromM(Map.of("a", value));
        }
        return Map.of("userId", AttributeValue.fromS(UUID.randomUUID().toString()), "attributes", value);
    }

    private static User largeUser(int i) {
        Instant createdAt = T0.plusSeconds(i);
        return new User(
                new UserId(Store.DYNAMODB, "large-" + i),
                "large-" + i + "@example.com",
                "Large",
                null,
                UserStatus.ACTIVE,
                Attributes.of(Objects.requireNonNull(Json.read("{\"text\": \"" + "x".repeat(380_000) + "\"}"))),
                createdAt,
                createdAt,
                1);
    }

    private static <T> T await(Uni<T> uni) {
        return uni.await().atMost(Duration.ofSeconds(20));
    }
}
