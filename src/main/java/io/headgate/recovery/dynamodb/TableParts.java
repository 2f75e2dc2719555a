package io.headgate.recovery.dynamodb;

import io.headgate.recovery.TableForm.Capacity;
import io.headgate.recovery.TableForm.Index;
import io.headgate.recovery.TableForm.KeyAttribute;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.Projection;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughput;

/** What tables and indexes are made of, as requests to DynamoDB have it. */
final class TableParts {

    private TableParts() {}

    /** Each attribute of a key once, in the order of the keys; {@code null} is none. */
    static List<AttributeDefinition> definitions(Stream<@Nullable KeyAttribute> keys) {
        Map<String, String> types = new LinkedHashMap<>();
        keys.filter(Objects::nonNull).forEach(key -> types.put(key.name(), key.type()));
        return types.entrySet().stream()
                .map(each -> AttributeDefinition.builder()
                        .attributeName(each.getKey())
                        .attributeType(each.getValue())
                        .build())
                .toList();
    }

    /** The attributes of the keys of one index. */
    static List<AttributeDefinition> definitions(KeyAttribute partition, @Nullable KeyAttribute sort) {
        return definitions(Stream.of(partition, sort));
    }

    static List<KeySchemaElement> keys(KeyAttribute partition, @Nullable KeyAttribute sort) {
        List<KeySchemaElement> keys = new ArrayList<>(List.of(key(partition, KeyType.HASH)));
        if (sort != null) {
            keys.add(key(sort, KeyType.RANGE));
        }
        return keys;
    }

    private static KeySchemaElement key(KeyAttribute key, KeyType type) {
        return KeySchemaElement.builder()
                .attributeName(key.name())
                .keyType(type)
                .build();
    }

    static Projection projection(Index index) {
        Projection.Builder projection = Projection.builder().projectionType(index.projection());
        return index.attributes().isEmpty()
                ? projection.build()
                : projection.nonKeyAttributes(index.attributes()).build();
    }

    static ProvisionedThroughput throughput(Capacity capacity) {
        return ProvisionedThroughput.builder()
                .readCapacityUnits((long) capacity.read())
                .writeCapacityUnits((long) capacity.write())
                .build();
    }
}
