package io.headgate.table;

import io.headgate.error.GatewayException;
import io.headgate.json.Json;
import io.headgate.json.MalformedJsonException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/** The keys of a table and of its indexes. */
final class TableKeys {

    private final Map<String, ScalarAttributeType> types = new HashMap<>();
    private final Keys own;
    private final Map<String, Keys> indexes = new TreeMap<>();
    private final Set<String> global = new LinkedHashSet<>();

    TableKeys(TableDescription table) {
        for (AttributeDefinition each : table.attributeDefinitions()) {
            types.put(each.attributeName(), each.attributeType());
        }
        own = Keys.of(table.keySchema());
        table.localSecondaryIndexes().forEach(each -> indexes.put(each.indexName(), Keys.of(each.keySchema())));
        table.globalSecondaryIndexes().forEach(each -> {
            indexes.put(each.indexName(), Keys.of(each.keySchema()));
            global.add(each.indexName());
        });
    }

    /** The attributes of a key; an index of which is given more than one of either kind is not read. */
    record Keys(List<String> partition, List<String> sort) {

        static Keys of(List<KeySchemaElement> schema) {
            return new Keys(names(schema, KeyType.HASH), names(schema, KeyType.RANGE));
        }

        private static List<String> names(List<KeySchemaElement> schema, KeyType type) {
            return schema.stream()
                    .filter(each -> each.keyType() == type)
                    .map(KeySchemaElement::attributeName)
                    .toList();
        }

        List<String> all() {
            return Stream.concat(partition.stream(), sort.stream()).toList();
        }
    }

    /** The keys of an index; {@code null} for the table itself. */
    Keys of(@Nullable String index) {
        if (index == null) {
            return own;
        }
        Keys keys = indexes.get(index);
        if (keys == null) {
            throw GatewayException.invalidArgument("the table has no such index; it has "
                    + (indexes.isEmpty() ? "none" : String.join(", ", indexes.keySet())));
        }
        if (keys.partition.size() > 1 || keys.sort.size() > 1) {
            throw GatewayException.invalidArgument("the index has keys of several attributes, which is not read here");
        }
        return keys;
    }

    boolean isGlobal(@Nullable String index) {
        return index != null && global.contains(index);
    }

    AttributeValue value(String name, @Nullable Object json) {
        return ItemJson.key(name, Objects.requireNonNull(types.get(name)), json);
    }

    /** The key of one item, of JSON that has all its attributes and no other. */
    Map<String, AttributeValue> item(@Nullable Object json) {
        if (!(json instanceof Map<?, ?> object) || !object.keySet().equals(Set.copyOf(own.all()))) {
            throw GatewayException.invalidArgument(
                    "key is a JSON object of the table's whole key: " + String.join(", ", own.all()));
        }
        Map<String, AttributeValue> key = new HashMap<>();
        own.all().forEach(name -> key.put(name, value(name, object.get(name))));
        return key;
    }

    /** Where an item is: its own key, and that in the index. */
    String cursor(@Nullable String index, Map<String, @Nullable Object> item) {
        List<@Nullable Object> values = new ArrayList<>();
        place(index).forEach(name -> values.add(item.get(name)));
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(Json.write(values).getBytes(StandardCharsets.UTF_8));
    }

    /** What {@link #cursor} wrote of an item of the same partition. */
    Map<String, AttributeValue> place(@Nullable String index, String cursor, Map<String, AttributeValue> partition) {
        Set<String> names = place(index);
        try {
            if (Json.read(Base64.getUrlDecoder().decode(cursor)) instanceof List<?> values
                    && values.size() == names.size()) {
                Map<String, AttributeValue> place = new HashMap<>();
                int at = 0;
                for (String name : names) {
                    place.put(name, value(name, values.get(at++)));
                }
                if (place.entrySet().containsAll(partition.entrySet())) {
                    return place;
                }
            }
        } catch (IllegalArgumentException | MalformedJsonException | GatewayException e) {
            // Told below, as every other text that is no cursor.
        }
        throw GatewayException.invalidArgument(
                "after is no cursor of this query: pass the cursor of an edge unchanged, with the same partition");
    }

    private Set<String> place(@Nullable String index) {
        Set<String> names = new LinkedHashSet<>(of(index).all());
        names.addAll(own.all());
        return names;
    }
}
