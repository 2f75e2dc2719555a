package io.headgate.user.dynamodb;

import static io.headgate.user.dynamodb.UserItem.number;
import static io.headgate.user.dynamodb.UserItem.text;

import io.headgate.user.User;
import io.headgate.user.UserChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The expressions of a change to a user's item, with the names and values they refer to. Every attribute is referred to by
 * a placeholder, for some of their names are reserved words.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html">Expressions in DynamoDB</a>
 */
final class Expression {

    private final List<String> conditions = new ArrayList<>();
    private final List<String> sets = new ArrayList<>();
    private final List<String> removes = new ArrayList<>();
    private final Map<String, String> names = new HashMap<>();
    private final Map<String, AttributeValue> values = new HashMap<>();

    private Expression() {}

    /** Sets what a change gives, and counts the version on. */
    static Expression of(UserChange change) {
        Expression expression = new Expression();
        if (change.email() != null) {
            expression.set(UserItem.EMAIL, text(change.email()));
        }
        if (change.name() != null) {
            expression.set(UserItem.NAME, text(change.name()));
        }
        if (change.phone() != null) {
            String number = change.phone().number();
            if (number == null) {
                expression.removes.add(expression.name(UserItem.PHONE));
            } else {
                expression.set(UserItem.PHONE, text(number));
            }
        }
        if (change.status() != null) {
            expression.set(UserItem.STATUS, text(change.status().name()));
        }
        if (change.attributes() != null) {
            expression.set(UserItem.ATTRIBUTES, AttributeValues.map(change.attributes()));
        }
        expression.set(UserItem.UPDATED_AT, text(Timestamps.text(change.at())));
        String version = expression.name(UserItem.VERSION);
        expression.sets.add(version + " = " + version + " + " + expression.value("one", number(1)));
        return expression;
    }

    /** Changes nothing, on condition that the user is what was read. */
    static Expression whileSame(User user) {
        Expression expression = new Expression();
        expression.requireSame(user);
        return expression;
    }

    /** Only if the user exists and, where given, has this version. */
    void requireUser(@Nullable Integer version) {
        conditions.add("attribute_exists(" + name(UserItem.KEY) + ")");
        if (version != null) {
            requireEqual(UserItem.VERSION, number(version));
        }
    }

    /** Only if the user is what was read: one deleted and created again may have the same version. */
    void requireSame(User user) {
        requireEqual(UserItem.VERSION, number(user.version()));
        requireEqual(UserItem.EMAIL, text(user.email()));
        requireEqual(UserItem.UPDATED_AT, text(Timestamps.text(user.updatedAt())));
    }

    String update() {
        String update = "SET " + String.join(", ", sets);
        return removes.isEmpty() ? update : update + " REMOVE " + String.join(", ", removes);
    }

    String condition() {
        return String.join(" AND ", conditions);
    }

    Map<String, String> names() {
        return names;
    }

    Map<String, AttributeValue> values() {
        return values;
    }

    private void set(String attribute, AttributeValue value) {
        sets.add(name(attribute) + " = " + value(attribute, value));
    }

    private void requireEqual(String attribute, AttributeValue value) {
        conditions.add(name(attribute) + " = " + value("old_" + attribute, value));
    }

    private String name(String attribute) {
        names.put("#" + attribute, attribute);
        return "#" + attribute;
    }

    private String value(String name, AttributeValue value) {
        values.put(":" + name, value);
        return ":" + name;
    }
}
