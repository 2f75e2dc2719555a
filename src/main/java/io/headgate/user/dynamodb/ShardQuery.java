package io.headgate.user.dynamodb;

import static io.headgate.user.dynamodb.UserItem.text;

import io.headgate.user.UserStatus;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;

/** The query for one stretch of the index, which is asked of each shard; the status is filtered behind the index. */
final class ShardQuery {

    private final String table;
    private final CreationRange range;
    private final Set<UserStatus> status;

    ShardQuery(String table, CreationRange range, @Nullable Set<UserStatus> status) {
        this.table = table;
        this.range = range;
        this.status = status == null ? Set.of(UserStatus.values()) : Set.copyOf(status);
    }

    /** Whether certainly nothing matches. */
    boolean isEmpty() {
        return range.isEmpty() || status.isEmpty();
    }

    /** Whether some of the stretch may be left out. */
    boolean isFiltered() {
        return status.size() < UserStatus.values().length;
    }

    QueryRequest.Builder of(String shard) {
        Map<String, String> names = new HashMap<>(Map.of("#shard", UserItem.LIST_SHARD, "#key", UserItem.LIST_KEY));
        Map<String, AttributeValue> values =
                new HashMap<>(Map.of(":shard", text(shard), ":from", text(range.from()), ":to", text(range.to())));
        QueryRequest.Builder query = QueryRequest.builder()
                .tableName(table)
                .indexName(UsersTable.BY_CREATION)
                .keyConditionExpression("#shard = :shard AND #key BETWEEN :from AND :to");
        if (isFiltered()) {
            names.put("#status", UserItem.STATUS);
            status.forEach(each -> values.put(":" + each.name(), text(each.name())));
            query.filterExpression("#status IN ("
                    + String.join(
                            ", ", status.stream().map(each -> ":" + each.name()).toList()) + ")");
        }
        return query.expressionAttributeNames(names).expressionAttributeValues(values);
    }
}
