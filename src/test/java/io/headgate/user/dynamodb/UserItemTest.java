package io.headgate.user.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.json.Json;
import io.headgate.user.Attributes;
import io.headgate.user.Position;
import io.headgate.user.Store;
import io.headgate.user.User;
import io.headgate.user.UserId;
import io.headgate.user.UserOrder;
import io.headgate.user.UserStatus;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class UserItemTest {

    private static final User ADA = new User(
            new UserId(Store.DYNAMODB, "ключ-1"),
            "ada@example.com",
            "Ada",
            null,
            UserStatus.INVITED,
            Attributes.of(Json.read("{\"n\": 1e39, \"none\": null, \"list\": [0.10, {}]}")),
            Instant.parse("2026-01-01T00:00:00Z"),
            Instant.parse("2026-01-01T00:00:00.123456Z"),
            7);

    @Test
    void userIsTwoItems() {
        List<Map<String, AttributeValue>> items = UsersTable.items(ADA);

        assertThat(items)
                .containsExactly(
                        Map.ofEntries(
                                Map.entry("userId", AttributeValue.fromS("ключ-1")),
                                Map.entry("email", AttributeValue.fromS("ada@example.com")),
                                Map.entry("name", AttributeValue.fromS("Ada")),
                                Map.entry("status", AttributeValue.fromS("INVITED")),
                                Map.entry(
                                        "attributes",
                                        AttributeValue.fromM(Map.of(
                                                "n", AttributeValue.fromN("1E+39"),
                                                "none", AttributeValue.fromNul(true),
                                                "list",
                                                        AttributeValue.fromL(List.of(
                                                                AttributeValue.fromN("0.1"),
                                                                AttributeValue.fromM(Map.of())))))),
                                Map.entry("createdAt", AttributeValue.fromS("2026-01-01T00:00:00.000000Z")),
                                Map.entry("updatedAt", AttributeValue.fromS("2026-01-01T00:00:00.123456Z")),
                                Map.entry("version", AttributeValue.fromN("7")),
                                Map.entry("listShard", AttributeValue.fromS(UserItem.shard("ключ-1"))),
                                Map.entry("listKey", AttributeValue.fromS("2026-01-01T00:00:00.000000Z#ключ-1"))),
                        Map.of(
                                "userId", AttributeValue.fromS("email#ada@example.com"),
                                "owner", AttributeValue.fromS("ключ-1")));
        assertThat(UserItem.user(items.get(0))).isEqualTo(ADA);
        assertThat(UserItem.position(items.get(0))).isEqualTo(Position.of(ADA, UserOrder.Field.CREATED_AT));
    }

    /** As Python's {@code zlib.crc32(key.encode()) % 8} has it; another shard would hide the users that are stored. */
    @ParameterizedTest
    @CsvSource({"a, 3", "user-00001, 1", "ключ-1, 7", "3f2504e0-4f89-11d3-9a0c-0305e82c3301, 6"})
    void shardOfAKeyNeverChanges(String key, String shard) {
        String found = UserItem.shard(key);

        assertThat(found).isEqualTo(shard);
    }

    @Test
    void keysAreSpreadEvenly() {
        Map<String, Long> counts = IntStream.range(0, 8_000)
                .mapToObj(i -> UserItem.shard("user-" + i))
                .collect(Collectors.groupingBy(shard -> shard, Collectors.counting()));

        assertThat(counts).containsOnlyKeys(UserItem.SHARDS);
        assertThat(counts.values()).allMatch(count -> count > 900 && count < 1_100);
    }

    @ParameterizedTest
    @ValueSource(strings = {"email", "name", "status", "createdAt", "updatedAt", "version"})
    void itemOfAnotherShapeIsNoUser(String missing) {
        Map<String, AttributeValue> item = new HashMap<>(UserItem.of(ADA));
        item.remove(missing);

        ThrowingCallable read = () -> UserItem.user(item);

        assertThatExceptionOfType(GatewayException.class)
                .isThrownBy(read)
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERNAL));
    }

    @ParameterizedTest
    @CsvSource({
        "-1000000000-01-01T00:00:00Z, ' '",
        "-0001-12-31T23:59:59.999999999Z, ' '",
        "0000-01-01T00:00:00Z, 0000-01-01T00:00:00.000000Z",
        "1900-02-03T04:05:06.7Z, 1900-02-03T04:05:06.700000Z",
        "1969-12-31T23:59:59.999999001Z, 1970-01-01T00:00:00.000000Z",
        "2026-01-01T00:00:00.000000001Z, 2026-01-01T00:00:00.000001Z",
        "9999-12-31T23:59:59.999999Z, 9999-12-31T23:59:59.999999Z",
        "9999-12-31T23:59:59.999999001Z, ~",
        "+10000-01-01T00:00:00Z, ~",
    })
    void boundSortsAmongTheTimesOfAllUsers(Instant time, String bound) {
        String found = Timestamps.bound(time);

        assertThat(found).isEqualTo(bound);
    }
}
