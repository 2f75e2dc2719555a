package io.headgate.recovery.ledger;

import io.headgate.recovery.TableForm.Capacity;
import io.headgate.recovery.TableUpdate;
import io.headgate.recovery.TableUpdate.Billing;
import io.headgate.recovery.TableUpdate.CreateIndex;
import io.headgate.recovery.TableUpdate.DeleteIndex;
import io.headgate.recovery.TableUpdate.DeletionProtection;
import io.headgate.recovery.TableUpdate.IndexCapacity;
import io.headgate.recovery.TableUpdate.TableClass;
import io.headgate.recovery.ledger.OperationJson.Part;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Changes of tables as JSON, of one member that names the change, and back. */
final class TableUpdateJson {

    private TableUpdateJson() {}

    static Map<String, @Nullable Object> write(TableUpdate update) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        if (update instanceof Billing billing) {
            json.put("billing", billing(billing));
        } else if (update instanceof DeletionProtection protection) {
            json.put("deletionProtection", protection.on());
        } else if (update instanceof TableClass tableClass) {
            json.put("tableClass", tableClass.name());
        } else if (update instanceof CreateIndex creation) {
            json.put("createIndex", TableFormJson.index(creation.index()));
        } else if (update instanceof DeleteIndex deletion) {
            json.put("deleteIndex", deletion.index());
        }
        return json;
    }

    static TableUpdate read(Part json) {
        Part billing = json.findPart("billing");
        if (billing != null) {
            return new Billing(
                    billing.find("mode"),
                    TableFormJson.capacity(billing.findPart("table")),
                    billing.list("indexes", TableUpdateJson::indexCapacity));
        }
        Part created = json.findPart("createIndex");
        if (created != null) {
            return new CreateIndex(TableFormJson.index(created));
        }
        Boolean isProtected = json.findFlag("deletionProtection");
        if (isProtected != null) {
            return new DeletionProtection(isProtected);
        }
        String tableClass = json.find("tableClass");
        return tableClass != null ? new TableClass(tableClass) : new DeleteIndex(json.text("deleteIndex"));
    }

    private static Map<String, @Nullable Object> billing(Billing billing) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("mode", billing.mode());
        json.put("table", TableFormJson.capacity(billing.table()));
        json.put(
                "indexes",
                billing.indexes().stream()
                        .map(each -> Map.of(
                                "index",
                                each.index(),
                                "read",
                                each.capacity().read(),
                                "write",
                                each.capacity().write()))
                        .toList());
        return json;
    }

    private static IndexCapacity indexCapacity(Part json) {
        return new IndexCapacity(json.text("index"), new Capacity(json.number("read"), json.number("write")));
    }
}
