package io.headgate.table;

import io.headgate.error.GatewayException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** Items as JSON: numbers keep every digit, binaries are base64, and sets are lists. Values of keys go back by their types. */
final class ItemJson {

    private ItemJson() {}

    /** With the attributes in the order of their names. */
    static Map<String, @Nullable Object> object(Map<String, AttributeValue> item) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        new TreeMap<>(item).forEach((name, value) -> object.put(name, json(value)));
        return object;
    }

    private static @Nullable Object json(AttributeValue value) {
        return switch (value.type()) {
            case S -> value.s();
            case N -> new BigDecimal(value.n());
            case B -> base64(value.b());
            case BOOL -> value.bool();
            case M -> object(value.m());
            case L -> list(value.l());
            case SS -> value.ss();
            case NS -> value.ns().stream().map(BigDecimal::new).toList();
            case BS -> value.bs().stream().map(ItemJson::base64).toList();
            default -> null;
        };
    }

    private static List<@Nullable Object> list(List<AttributeValue> values) {
        List<@Nullable Object> list = new ArrayList<>(values.size());
        values.forEach(each -> list.add(json(each)));
        return list;
    }

    private static String base64(SdkBytes bytes) {
        return Base64.getEncoder().encodeToString(bytes.asByteArray());
    }

    /**
     * The value of a key.
     *
     * @throws GatewayException INVALID_ARGUMENT where it is of another type
     */
    static AttributeValue key(String name, ScalarAttributeType type, @Nullable Object json) {
        try {
            if (type == ScalarAttributeType.N && json instanceof Number) {
                return AttributeValue.fromN(new BigDecimal(json.toString()).toString());
            }
            if (json instanceof String text && !text.isEmpty() && type == ScalarAttributeType.S) {
                return AttributeValue.fromS(text);
            }
            if (json instanceof String text && !text.isEmpty() && type == ScalarAttributeType.B) {
                return AttributeValue.fromB(
                        SdkBytes.fromByteArray(Base64.getDecoder().decode(text)));
            }
        } catch (IllegalArgumentException e) {
            // Neither a number nor base64, as is told below.
        }
        throw GatewayException.invalidArgument("the key " + name + " is "
                + switch (type) {
                    case N -> "a number";
                    case B -> "a binary, in base64";
                    default -> "a text that is not empty";
                });
    }
}
