package io.headgate.localcloud.dynamodb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Tags of tables, at most 50 of each. */
final class Tags {

    private static final int MOST = 50;

    private final Tables tables;
    private final Map<String, Map<String, String>> byTable = new ConcurrentHashMap<>();

    Tags(Tables tables) {
        this.tables = tables;
    }

    /** {@code TagResource}. */
    ObjectNode tag(JsonNode request) {
        String table = table(request);
        set(table, request.path("Tags"));
        return AwsJson.object();
    }

    void set(String table, JsonNode added) {
        byTable.compute(table, (name, before) -> {
            Map<String, String> tags = before == null ? new LinkedHashMap<>() : new LinkedHashMap<>(before);
            for (JsonNode tag : added) {
                tags.put(AwsJson.requiredText(tag, "Key"), AwsJson.requiredText(tag, "Value"));
            }
            if (tags.size() > MOST) {
                throw AwsFailure.invalid("One or more parameter values were invalid: Too many tags: " + tags.size());
            }
            return tags;
        });
    }

    /** {@code UntagResource}. */
    ObjectNode untag(JsonNode request) {
        byTable.computeIfPresent(table(request), (name, before) -> {
            Map<String, String> tags = new LinkedHashMap<>(before);
            request.path("TagKeys").forEach(key -> tags.remove(key.asText()));
            return tags;
        });
        return AwsJson.object();
    }

    /** {@code ListTagsOfResource}, all on one page. */
    ObjectNode list(JsonNode request) {
        ObjectNode response = AwsJson.object();
        ArrayNode tags = response.putArray("Tags");
        byTable.getOrDefault(table(request), Map.of())
                .forEach((key, value) -> tags.addObject().put("Key", key).put("Value", value));
        return response;
    }

    private String table(JsonNode request) {
        String arn = AwsJson.requiredText(request, "ResourceArn");
        String table = AwsJson.tableOf(arn);
        if (table == null) {
            throw AwsFailure.invalid("Invalid TableArn: " + arn);
        }
        if (!tables.exists(table)) {
            throw new AwsFailure(
                    "ResourceNotFoundException", "Requested resource not found: ResourceArn: " + arn + " not found");
        }
        return table;
    }

    void forget(String table) {
        byTable.remove(table);
    }
}
