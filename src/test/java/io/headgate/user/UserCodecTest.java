package io.headgate.user;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.json.Json;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class UserCodecTest {

    private static final UserId ID = new UserId(Store.DYNAMODB, "ada");
    private static final User USER = new User(
            ID,
            "ada@example.com",
            "Ada Lovelace",
            null,
            UserStatus.ACTIVE,
            Attributes.of(Json.read("{\"plan\": \"pro\", \"n\": [1, 2.50, null]}")),
            Instant.parse("2026-03-01T12:00:00.123456Z"),
            Instant.parse("2026-03-02T12:00:00.000001Z"),
            7);

    static Stream<User> users() {
        return Stream.of(
                USER,
                new User(
                        ID,
                        "a".repeat(64) + "@" + "b".repeat(60) + ".example",
                        "李小龍 👩🏽‍🚀",
                        "+44 20",
                        UserStatus.SUSPENDED,
                        Attributes.NONE,
                        Instant.parse("0001-01-01T00:00:00.999999Z"),
                        Instant.parse("9999-12-31T23:59:59.999999Z"),
                        Integer.MAX_VALUE),
                new User(ID, "e@e", "e", "", UserStatus.INVITED, Attributes.NONE, Instant.EPOCH, Instant.EPOCH, 1));
    }

    @ParameterizedTest
    @MethodSource("users")
    void whatIsEncodedIsDecoded(User user) {
        byte[] bytes = UserCodec.encode(user);

        User decoded = UserCodec.decode(ID, bytes);

        assertThat(decoded).isEqualTo(user);
    }

    @Test
    void anotherVersionIsNotRead() {
        byte[] bytes = UserCodec.encode(USER);
        bytes[0]++;

        User decoded = UserCodec.decode(ID, bytes);

        assertThat(decoded).isNull();
    }

    @Test
    void damagedBytesAreNoError() {
        byte[] bytes = UserCodec.encode(USER);
        Random random = new Random(1);
        for (int length = 0; length < bytes.length; length++) {
            byte[] damaged = Arrays.copyOf(bytes, length);

            User decoded = UserCodec.decode(ID, damaged);

            assertThat(decoded).isNull();
        }
        for (int i = 0; i < 2000; i++) {
            byte[] damaged = bytes.clone();
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            UserCodec.decode(ID, damaged);
        }
    }

    @Test
    void aUserTakesLittleMoreThanItsText() {
        byte[] bytes = UserCodec.encode(USER);

        assertThat(bytes).hasSizeLessThan(110);
    }
}
