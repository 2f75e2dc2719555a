package io.headgate.user.dynamodb;

import io.headgate.user.Attributes;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A user's {@link Attributes} as DynamoDB's map, and back, without loss: numbers are exact, {@code null} is DynamoDB's
 * own null, and the empty text, list and map stay what they are.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html">DynamoDB's
 *     data types</a>
 */
final class AttributeValues {

    private static final AttributeValue NULL = AttributeValue.fromNul(true);

    private AttributeValues() {}

    static AttributeValue map(Attributes attributes) {
        return value(attributes.values());
    }

    /**
     * Reads what {@link #map} wrote.
     *
     * @throws IllegalArgumentException for a set, a binary, or anything but a map at the top
     */
    static Attributes attributes(AttributeValue map) {
        return Attributes.of(json(map));
    }

    private static AttributeValue value(@Nullable Object json) {
        if (json == null) {
            return NULL;
        }
        if (json instanceof Map<?, ?> object) {
            Map<String, AttributeValue> values = new LinkedHashMap<>();
            object.forEach((key, value) -> values.put(String.valueOf(key), value(value)));
            return AttributeValue.fromM(values);
        }
        if (json instanceof List<?> list) {
            List<AttributeValue> values = new ArrayList<>(list.size());
            list.forEach(element -> values.add(value(element)));
            return AttributeValue.fromL(values);
        }
        if (json instanceof Boolean bool) {
            return AttributeValue.fromBool(bool);
        }
        return json instanceof BigDecimal number
                ? AttributeValue.fromN(number.toString())
                : AttributeValue.fromS((String) json);
    }

    private static @Nullable Object json(AttributeValue value) {
        return switch (value.type()) {
            case S -> value.s();
            case N -> new BigDecimal(value.n());
            case BOOL -> value.bool();
            case NUL -> null;
            case L -> {
                List<@Nullable Object> list = new ArrayList<>(value.l().size());
                value.l().forEach(element -> list.add(json(element)));
                yield list;
            }
            case M -> {
                Map<String, @Nullable Object> object = new LinkedHashMap<>();
                value.m().forEach((key, element) -> object.put(key, json(element)));
                yield object;
            }
            default -> throw new IllegalArgumentException("JSON has no value of DynamoDB's type " + value.type());
        };
    }
}
