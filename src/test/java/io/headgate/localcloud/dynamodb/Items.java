package io.headgate.localcloud.dynamodb;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.dynamodbv2.local.shared.access.LocalDBUtils;
import com.amazonaws.services.dynamodbv2.local.shared.mapper.DynamoDBObjectMapper;
import com.amazonaws.services.dynamodbv2.local.shared.model.AttributeValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Items and their keys as bytes: an item in the JSON that DynamoDB Local stores, a key so that equal keys are equal. */
final class Items {

    private static final DynamoDBObjectMapper JSON = new DynamoDBObjectMapper();

    private Items() {}

    static byte[] toBytes(Map<String, AttributeValue> item) {
        try {
            return JSON.writeValueAsBytes(item);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Map<String, AttributeValue> fromBytes(byte[] bytes) {
        try {
            return JSON.readValue(bytes, DynamoDBObjectMapper.ITEM_TYPE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The bytes that DynamoDB counts for an item. */
    static long size(Map<String, AttributeValue> item) {
        return LocalDBUtils.getItemSizeBytes(item);
    }

    static byte[] key(@Nullable AttributeValue hash, @Nullable AttributeValue range) {
        String first = text(hash);
        return (first.length() + ":" + first + text(range)).getBytes(UTF_8);
    }

    private static String text(@Nullable AttributeValue value) {
        if (value == null) {
            return "";
        }
        if (value.getS() != null) {
            return value.getS();
        }
        if (value.getN() != null) {
            return new BigDecimal(value.getN()).stripTrailingZeros().toString();
        }
        byte[] bytes = new byte[value.getB().remaining()];
        value.getB().duplicate().get(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }
}
