package io.headgate.user.dynamodb;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.user.Attributes;
import io.headgate.user.Position;
import io.headgate.user.Store;
import io.headgate.user.User;
import io.headgate.user.UserId;
import io.headgate.user.UserOrder;
import io.headgate.user.UserRules;
import io.headgate.user.UserStatus;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The two items of a user. One holds the user under its key. The other holds its e-mail address under {@code
 * email#ADDRESS}, with the user's key as {@code owner}: DynamoDB keeps only keys unique. Both are written and deleted in
 * one transaction.
 *
 * <p>The user's item is in the index {@link UsersTable#BY_CREATION} under one of {@value #SHARD_COUNT} shards, so that
 * users created at one time do not all go to one partition. The shard is the CRC-32 (that of zlib) of the key's UTF-8,
 * modulo {@value #SHARD_COUNT}; within it the order is that of {@code listKey}, the creation time, {@code #}, the key.
 */
final class UserItem {

    static final String KEY = "userId";
    static final String EMAIL = "email";
    static final String NAME = "name";
    static final String PHONE = "phone";
    static final String STATUS = "status";
    static final String ATTRIBUTES = "attributes";
    static final String CREATED_AT = "createdAt";
    static final String UPDATED_AT = "updatedAt";
    static final String VERSION = "version";
    static final String LIST_SHARD = "listShard";
    static final String LIST_KEY = "listKey";
    static final String OWNER = "owner";

    static final int SHARD_COUNT = 8;
    static final List<String> SHARDS =
            IntStream.range(0, SHARD_COUNT).mapToObj(Integer::toString).toList();

    private static final char LIST_KEY_SEPARATOR = '#';

    private UserItem() {}

    static Map<String, AttributeValue> of(User user) {
        String key = user.id().key();
        Map<String, AttributeValue> item = new HashMap<>();
        item.put(KEY, text(key));
        item.put(EMAIL, text(user.email()));
        item.put(NAME, text(user.name()));
        if (user.phone() != null) {
            item.put(PHONE, text(user.phone()));
        }
        item.put(STATUS, text(user.status().name()));
        item.put(ATTRIBUTES, AttributeValues.map(user.attributes()));
        item.put(CREATED_AT, text(Timestamps.text(user.createdAt())));
        item.put(UPDATED_AT, text(Timestamps.text(user.updatedAt())));
        item.put(VERSION, number(user.version()));
        item.put(LIST_SHARD, text(shard(key)));
        item.put(LIST_KEY, text(listKey(Timestamps.text(user.createdAt()), key)));
        return item;
    }

    static Map<String, AttributeValue> ofEmail(String email, String owner) {
        return Map.of(KEY, text(emailKey(email)), OWNER, text(owner));
    }

    static Map<String, AttributeValue> key(String key) {
        return Map.of(KEY, text(key));
    }

    static String emailKey(String email) {
        return UserRules.RESERVED_KEY_PREFIX + email;
    }

    /**
     * The user that an item holds.
     *
     * @throws GatewayException INTERNAL when it holds none
     */
    static User user(Map<String, AttributeValue> item) {
        try {
            AttributeValue phone = item.get(PHONE);
            AttributeValue attributes = item.get(ATTRIBUTES);
            return new User(
                    new UserId(Store.DYNAMODB, text(item, KEY)),
                    text(item, EMAIL),
                    text(item, NAME),
                    phone == null ? null : phone.s(),
                    UserStatus.valueOf(text(item, STATUS)),
                    attributes == null ? Attributes.NONE : AttributeValues.attributes(attributes),
                    Timestamps.time(text(item, CREATED_AT)),
                    Timestamps.time(text(item, UPDATED_AT)),
                    version(item));
        } catch (RuntimeException e) {
            throw GatewayException.of(
                    ErrorCode.INTERNAL, "an item of the DynamoDB table is not a user as Headgate writes it", e);
        }
    }

    static int version(Map<String, AttributeValue> item) {
        return Integer.parseInt(required(item, VERSION).n());
    }

    static String shard(String key) {
        CRC32 crc = new CRC32();
        crc.update(key.getBytes(StandardCharsets.UTF_8));
        return SHARDS.get((int) (crc.getValue() % SHARD_COUNT));
    }

    static String listKey(String createdAt, String key) {
        return createdAt + LIST_KEY_SEPARATOR + key;
    }

    /** The place in the order of creation that an item of the index, or a key of one, stands at. */
    static Position position(Map<String, AttributeValue> item) {
        String listKey = text(item, LIST_KEY);
        Instant createdAt = Timestamps.time(listKey.substring(0, Timestamps.LENGTH));
        return new Position(UserOrder.Field.CREATED_AT, createdAt, null, text(item, KEY), Store.DYNAMODB);
    }

    static AttributeValue text(String text) {
        return AttributeValue.fromS(text);
    }

    static AttributeValue number(int number) {
        return AttributeValue.fromN(Integer.toString(number));
    }

    static String text(Map<String, AttributeValue> item, String name) {
        String text = required(item, name).s();
        if (text == null) {
            throw new IllegalArgumentException(name + " is not a text");
        }
        return text;
    }

    private static AttributeValue required(Map<String, AttributeValue> item, String name) {
        AttributeValue value = item.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " is absent");
        }
        return value;
    }
}
