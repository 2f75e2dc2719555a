package io.headgate.recovery.truth;

import java.math.BigDecimal;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Items without their keys, with attributes of every type that DynamoDB has. */
final class RandomItems {

    private static final List<String> COLOURS = List.of("red", "green", "blue");

    private final Random random;
    private final RandomValues values;

    RandomItems(Random random) {
        this.random = random;
        this.values = new RandomValues(random);
    }

    /** Some of the attributes, and always the counter. */
    Map<String, AttributeValue> item() {
        Map<String, AttributeValue> all = new LinkedHashMap<>();
        all.put(DynamoDbTruthStore.COLOUR, colour());
        all.put("text", text());
        all.put("amount", number());
        all.put("bytes", bytes());
        all.put("active", AttributeValue.fromBool(random.nextBoolean()));
        all.put("nothing", AttributeValue.fromNul(true));
        all.put("texts", AttributeValue.fromSs(values.some(() -> values.letters(3))));
        all.put("amounts", AttributeValue.fromNs(values.some(() -> number().n())));
        all.put("blobs", AttributeValue.fromBs(values.some(() -> bytes().b())));
        all.put("list", list());
        all.put("map", AttributeValue.fromM(Map.of("inner", list())));
        Map<String, AttributeValue> item = new HashMap<>();
        all.forEach((name, value) -> {
            if (random.nextInt(4) > 0) {
                item.put(name, value);
            }
        });
        item.put(DynamoDbTruthStore.COUNTER, AttributeValue.fromN(Integer.toString(random.nextInt())));
        return canonical(item);
    }

    AttributeValue colour() {
        return AttributeValue.fromS(COLOURS.get(random.nextInt(COLOURS.size())));
    }

    AttributeValue text() {
        return AttributeValue.fromS(values.text());
    }

    private AttributeValue number() {
        return AttributeValue.fromN(values.number().toPlainString());
    }

    private AttributeValue bytes() {
        return AttributeValue.fromB(SdkBytes.fromByteArray(values.bytes()));
    }

    private AttributeValue list() {
        return AttributeValue.fromL(List.of(text(), number(), bytes(), AttributeValue.fromBool(true)));
    }

    /** The same with its sets sorted, for a set has no order. */
    static Map<String, AttributeValue> canonical(Map<String, AttributeValue> item) {
        return item.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, each -> canonical(each.getValue())));
    }

    private static AttributeValue canonical(AttributeValue value) {
        return switch (value.type()) {
            case SS -> AttributeValue.fromSs(value.ss().stream().sorted().toList());
            case NS -> AttributeValue.fromNs(sorted(value.ns().stream(), Comparator.comparing(BigDecimal::new)));
            case BS -> AttributeValue.fromBs(sorted(value.bs().stream(), Comparator.comparing(SdkBytes::asByteBuffer)));
            default -> value;
        };
    }

    private static <T> List<T> sorted(Stream<T> values, Comparator<T> order) {
        return values.sorted(order).toList();
    }
}
