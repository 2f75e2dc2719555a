package io.headgate.localcloud.dynamodb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The table that a restore creates: keys, indexes, billing and throughput of its source, and nothing else of it. A request may
 * leave out indexes, but bring no others, and may choose the billing ({@code RestoreTableToPointInTime} in AWS's API
 * reference).
 */
final class TableSchemas {

    private static final List<String> BILLING_MODES = List.of("PROVISIONED", "PAY_PER_REQUEST");
    private static final List<String> UNITS = List.of("ReadCapacityUnits", "WriteCapacityUnits");
    private static final String THROUGHPUT = "ProvisionedThroughput";
    private static final String ON_DEMAND_THROUGHPUT = "OnDemandThroughput";

    private TableSchemas() {}

    /**
     * The CreateTable request of a restore.
     *
     * @param source the source's {@code TableDescription}
     * @param restore the request to restore, whose overrides count
     */
    static ObjectNode restored(String target, JsonNode source, JsonNode restore) {
        String billing = AwsJson.oneOf(restore, "BillingModeOverride", BILLING_MODES);
        boolean isProvisioned = (billing == null ? billingMode(source) : billing).equals("PROVISIONED");
        ObjectNode table = AwsJson.object().put("TableName", target);
        table.set("KeySchema", source.path("KeySchema"));
        table.put("BillingMode", isProvisioned ? "PROVISIONED" : "PAY_PER_REQUEST");
        setThroughput(
                table,
                isProvisioned,
                either(restore.path("ProvisionedThroughputOverride"), source.path(THROUGHPUT)),
                either(restore.path("OnDemandThroughputOverride"), source.path(ON_DEMAND_THROUGHPUT)));
        if (!isProvisioned && restore.hasNonNull("ProvisionedThroughputOverride")) {
            throw AwsFailure.invalid("One or more parameter values were invalid: Neither ReadCapacityUnits nor"
                    + " WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST");
        }
        for (String kind : List.of("LocalSecondaryIndex", "GlobalSecondaryIndex")) {
            ArrayNode indexes = table.arrayNode();
            for (JsonNode index : chosen(source.path(kind + "es"), restore.path(kind + "Override"), kind)) {
                ObjectNode created = indexes.addObject();
                created.setAll(index(index));
                if (kind.equals("GlobalSecondaryIndex")) {
                    JsonNode units = index.path(THROUGHPUT);
                    setThroughput(
                            created,
                            isProvisioned,
                            isProvisioning(units) ? units : table.path(THROUGHPUT),
                            index.path(ON_DEMAND_THROUGHPUT));
                }
            }
            if (!indexes.isEmpty()) {
                table.set(kind + "es", indexes);
            }
        }
        table.set("AttributeDefinitions", used(source.path("AttributeDefinitions"), table));
        return table;
    }

    static String billingMode(JsonNode description) {
        return description.path("BillingModeSummary").path("BillingMode").asText("PROVISIONED");
    }

    /** The members of an index that do not change. */
    static ObjectNode index(JsonNode index) {
        ObjectNode schema = AwsJson.object();
        schema.set("IndexName", index.path("IndexName"));
        schema.set("KeySchema", index.path("KeySchema"));
        schema.set("Projection", index.path("Projection"));
        return schema;
    }

    /** Read and write capacity units alone. */
    static ObjectNode units(JsonNode throughput) {
        ObjectNode units = AwsJson.object();
        UNITS.forEach(name -> units.put(name, throughput.path(name).asLong()));
        return units;
    }

    private static void setThroughput(
            ObjectNode target, boolean isProvisioned, JsonNode provisioned, JsonNode onDemand) {
        if (!isProvisioned) {
            if (onDemand.isObject()) {
                target.set(ON_DEMAND_THROUGHPUT, onDemand);
            }
        } else if (isProvisioning(provisioned)) {
            target.set(THROUGHPUT, units(provisioned));
        } else {
            throw AwsFailure.invalid("One or more parameter values were invalid: ReadCapacityUnits and"
                    + " WriteCapacityUnits must both be specified when BillingMode is PROVISIONED");
        }
    }

    private static boolean isProvisioning(JsonNode throughput) {
        return UNITS.stream().allMatch(name -> throughput.path(name).asLong() > 0);
    }

    private static JsonNode either(JsonNode override, JsonNode source) {
        return override.isObject() ? override : source;
    }

    private static Iterable<JsonNode> chosen(JsonNode existing, JsonNode override, String kind) {
        if (!override.isArray()) {
            return existing;
        }
        Map<String, ObjectNode> byName = new HashMap<>();
        existing.forEach(index -> byName.put(index.path("IndexName").asText(), comparable(index)));
        for (JsonNode index : override) {
            String name = index.path("IndexName").asText();
            if (!comparable(index).equals(byName.get(name))) {
                throw AwsFailure.invalid("One or more parameter values were invalid: " + kind
                        + "Override does not match an index of the source table: " + name);
            }
        }
        return override;
    }

    /** Projected attributes have no order. */
    private static ObjectNode comparable(JsonNode index) {
        ObjectNode comparable = index(index).deepCopy();
        if (comparable.get("Projection") instanceof ObjectNode projection) {
            ArrayNode names = comparable.arrayNode();
            Set<String> sorted = new TreeSet<>();
            projection.path("NonKeyAttributes").forEach(name -> sorted.add(name.asText()));
            sorted.forEach(names::add);
            projection.set("NonKeyAttributes", names);
        }
        return comparable;
    }

    /** CreateTable refuses definitions of attributes that are in no key. */
    private static ArrayNode used(JsonNode definitions, ObjectNode table) {
        Set<String> names = new HashSet<>(table.findValuesAsText("AttributeName"));
        ArrayNode used = table.arrayNode();
        for (JsonNode definition : definitions) {
            if (names.contains(definition.path("AttributeName").asText())) {
                used.add(definition);
            }
        }
        return used;
    }
}
