package io.headgate.user.dynamodb;

import io.headgate.aws.Deadline;
import io.headgate.user.User;
import io.headgate.user.UserRules;
import io.smallrye.mutiny.Uni;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;

/** Users found by key and by e-mail address, a hundred with each request. */
final class UserLookups {

    private final TableRequests requests;

    UserLookups(TableRequests requests) {
        this.requests = requests;
    }

    /** The users with these keys, by key. */
    Uni<Map<String, User>> byKeys(Collection<String> keys, boolean consistent, Deadline deadline) {
        Set<String> ofUsers = keys.stream()
                .filter(key -> !key.startsWith(UserRules.RESERVED_KEY_PREFIX))
                .collect(Collectors.toSet());
        return requests.get(ofUsers, consistent, deadline).map(UserLookups::users);
    }

    /**
     * The users with these addresses, by address. Reads the items of the addresses and then those of their owners, both
     * strongly consistent; who has given up the address in between is left out.
     */
    Uni<Map<String, User>> byEmails(Collection<String> emails, Deadline deadline) {
        Set<String> keys = emails.stream()
                .filter(email -> email.length() <= UserRules.MAX_EMAIL_LENGTH)
                .map(UserItem::emailKey)
                .collect(Collectors.toSet());
        return requests.get(keys, true, deadline)
                .chain(items -> requests.get(owners(items.values()), true, deadline))
                .map(items -> {
                    Map<String, User> byEmail = new HashMap<>();
                    users(items).values().stream()
                            .filter(user -> emails.contains(user.email()))
                            .forEach(user -> byEmail.put(user.email(), user));
                    return byEmail;
                });
    }

    /** All users with an address, from the index of addresses: those too whose address another program wrote. */
    Uni<List<User>> byEmailIndex(String email, Deadline deadline) {
        return email.length() > UserRules.MAX_EMAIL_LENGTH || email.isEmpty()
                ? Uni.createFrom().item(List.of())
                : pageOfEmail(email, null, deadline);
    }

    private Uni<List<User>> pageOfEmail(String email, @Nullable Map<String, AttributeValue> start, Deadline deadline) {
        QueryRequest request = QueryRequest.builder()
                .tableName(requests.table())
                .indexName(UsersTable.BY_EMAIL)
                .keyConditionExpression("#email = :email")
                .expressionAttributeNames(Map.of("#email", UserItem.EMAIL))
                .expressionAttributeValues(Map.of(":email", AttributeValue.fromS(email)))
                .exclusiveStartKey(start)
                .build();
        return requests.query(request, deadline).chain(page -> {
            List<User> users = page.items().stream().map(UserItem::user).toList();
            return page.hasLastEvaluatedKey() && !page.lastEvaluatedKey().isEmpty()
                    ? pageOfEmail(email, page.lastEvaluatedKey(), deadline)
                            .map(rest ->
                                    Stream.concat(users.stream(), rest.stream()).toList())
                    : Uni.createFrom().item(users);
        });
    }

    private static Set<String> owners(Collection<Map<String, AttributeValue>> items) {
        return items.stream().map(item -> UserItem.text(item, UserItem.OWNER)).collect(Collectors.toSet());
    }

    private static Map<String, User> users(Map<String, Map<String, AttributeValue>> items) {
        Map<String, User> users = new HashMap<>();
        items.forEach((key, item) -> users.put(key, UserItem.user(item)));
        return users;
    }
}
