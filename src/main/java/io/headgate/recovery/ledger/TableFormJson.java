package io.headgate.recovery.ledger;

import io.headgate.recovery.TableForm;
import io.headgate.recovery.TableForm.Capacity;
import io.headgate.recovery.TableForm.Index;
import io.headgate.recovery.TableForm.KeyAttribute;
import io.headgate.recovery.ledger.OperationJson.Part;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Forms of tables as JSON, and back. */
final class TableFormJson {

    private TableFormJson() {}

    static Map<String, @Nullable Object> write(TableForm form) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("partition", key(form.partition()));
        json.put("sort", key(form.sort()));
        json.put("indexes", form.indexes().stream().map(TableFormJson::index).toList());
        json.put("provisioned", capacity(form.provisioned()));
        json.put("streamView", form.streamView());
        json.put("deletionProtection", form.deletionProtection());
        return json;
    }

    static TableForm read(Part json) {
        KeyAttribute partition = key(json.findPart("partition"));
        if (partition == null) {
            throw new IllegalArgumentException("there is no partition key");
        }
        return new TableForm(
                partition,
                key(json.findPart("sort")),
                json.list("indexes", TableFormJson::index),
                capacity(json.findPart("provisioned")),
                json.find("streamView"),
                json.flag("deletionProtection"));
    }

    static Map<String, @Nullable Object> index(Index index) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("name", index.name());
        json.put("partition", key(index.partition()));
        json.put("sort", key(index.sort()));
        json.put("projection", index.projection());
        json.put("attributes", index.attributes());
        json.put("provisioned", capacity(index.provisioned()));
        return json;
    }

    static Index index(Part json) {
        return new Index(
                json.text("name"),
                key(json.findPart("partition")),
                key(json.findPart("sort")),
                json.text("projection"),
                json.values().get("attributes") instanceof List<?> attributes
                        ? attributes.stream().map(String::valueOf).toList()
                        : List.of(),
                capacity(json.findPart("provisioned")));
    }

    private static @Nullable Map<String, Object> key(@Nullable KeyAttribute key) {
        return key == null ? null : Map.of("name", key.name(), "type", key.type());
    }

    private static @Nullable KeyAttribute key(@Nullable Part json) {
        return json == null ? null : new KeyAttribute(json.text("name"), json.text("type"));
    }

    static @Nullable Map<String, Object> capacity(@Nullable Capacity capacity) {
        return capacity == null ? null : Map.of("read", capacity.read(), "write", capacity.write());
    }

    static @Nullable Capacity capacity(@Nullable Part json) {
        return json == null ? null : new Capacity(json.number("read"), json.number("write"));
    }
}
