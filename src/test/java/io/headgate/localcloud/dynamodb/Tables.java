package io.headgate.localcloud.dynamodb;

import com.amazonaws.services.dynamodbv2.AmazonDynamoDB;
import com.amazonaws.services.dynamodbv2.local.shared.mapper.DynamoDBObjectMapper;
import com.amazonaws.services.dynamodbv2.model.CreateTableRequest;
import com.amazonaws.services.dynamodbv2.model.DeleteTableRequest;
import com.amazonaws.services.dynamodbv2.model.DescribeTableRequest;
import com.amazonaws.services.dynamodbv2.model.DescribeTimeToLiveRequest;
import com.amazonaws.services.dynamodbv2.model.UpdateTableRequest;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Function;

/** DynamoDB Local's own operations on tables, in JSON, for which no table is hidden. */
final class Tables {

    private static final DynamoDBObjectMapper JSON = new DynamoDBObjectMapper();

    private final AmazonDynamoDB engine;
    private final ObservedStorage storage;

    Tables(AmazonDynamoDB engine, ObservedStorage storage) {
        this.engine = engine;
        this.storage = storage;
    }

    boolean exists(String table) {
        return storage.seeingHidden(() -> storage.getTableInfo(table)) != null;
    }

    /** The {@code TableDescription} of a table that exists. */
    ObjectNode describe(String table) {
        return (ObjectNode) describe(AwsJson.object().put("TableName", table)).get("Table");
    }

    ObjectNode describe(JsonNode request) {
        return call(request, DescribeTableRequest.class, engine::describeTable);
    }

    ObjectNode create(JsonNode request) {
        return call(request, CreateTableRequest.class, engine::createTable);
    }

    ObjectNode update(JsonNode request) {
        return call(request, UpdateTableRequest.class, engine::updateTable);
    }

    ObjectNode delete(JsonNode request) {
        return call(request, DeleteTableRequest.class, engine::deleteTable);
    }

    ObjectNode timeToLive(String table) {
        return call(
                AwsJson.object().put("TableName", table), DescribeTimeToLiveRequest.class, engine::describeTimeToLive);
    }

    private <T> ObjectNode call(JsonNode request, Class<T> type, Function<T, ?> operation) {
        T parsed;
        try {
            parsed = JSON.treeToValue(request, type);
        } catch (JsonProcessingException e) {
            throw new AwsFailure("SerializationException", e.getOriginalMessage());
        }
        return JSON.valueToTree(storage.seeingHidden(() -> operation.apply(parsed)));
    }
}
