package io.headgate.localcloud.dynamodb;

import com.amazonaws.services.dynamodbv2.local.shared.access.TableInfo;
import com.amazonaws.services.dynamodbv2.local.shared.model.AttributeValue;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The names of a table's key attributes, which never change. */
record KeyNames(String hashName, @Nullable String rangeName) {

    static KeyNames of(TableInfo table) {
        return new KeyNames(
                table.getHashKey().getAttributeName(),
                table.hasRangeKey() ? table.getRangeKey().getAttributeName() : null);
    }

    AttributeValue hash(Map<String, AttributeValue> item) {
        AttributeValue hash = item.get(hashName);
        if (hash == null) {
            throw new IllegalArgumentException("An item has no " + hashName);
        }
        return hash;
    }

    @Nullable
    AttributeValue range(Map<String, AttributeValue> item) {
        return rangeName == null ? null : item.get(rangeName);
    }

    byte[] keyOf(Map<String, AttributeValue> item) {
        return Items.key(hash(item), range(item));
    }

    /** The key of an item. */
    Map<String, AttributeValue> only(Map<String, AttributeValue> item) {
        AttributeValue range = range(item);
        return rangeName == null || range == null
                ? Map.of(hashName, hash(item))
                : Map.of(hashName, hash(item), rangeName, range);
    }
}
