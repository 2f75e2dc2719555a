package io.headgate.localcloud.dynamodb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The members of requests, checked as the service's model says, and values of responses. */
final class AwsJson {

    private static final String NAME = "[a-zA-Z0-9_.-]+";
    private static final Pattern TABLE_ARN =
            Pattern.compile("arn:aws[a-z-]*:dynamodb:[^:]*:[^:]*:table/(" + NAME + ")");

    private AwsJson() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** Seconds since the epoch, as JSON 1.0 of AWS has time stamps. */
    static BigDecimal seconds(Instant time) {
        return BigDecimal.valueOf(time.toEpochMilli(), 3);
    }

    static @Nullable Instant time(JsonNode request, String member) {
        JsonNode value = request.path(member);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isNumber()) {
            throw wrongType(member);
        }
        return Instant.ofEpochMilli(value.decimalValue()
                .movePointRight(3)
                .setScale(0, RoundingMode.FLOOR)
                .longValue());
    }

    static @Nullable String text(JsonNode request, String member) {
        JsonNode value = request.path(member);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isTextual()) {
            throw wrongType(member);
        }
        return value.textValue();
    }

    static String requiredText(JsonNode request, String member) {
        String value = text(request, member);
        if (value == null) {
            throw constraint("null", member, "Member must not be null");
        }
        return value;
    }

    /** The name of a table or a backup: 3 to 255 characters. */
    static String requiredName(JsonNode request, String member) {
        return name(requiredText(request, member), member);
    }

    /** The name of a table, which may be given by its ARN. */
    static String requiredTable(JsonNode request, String member) {
        String value = requiredText(request, member);
        String table = tableOf(value);
        return name(table == null ? value : table, member);
    }

    /** The table of an ARN, null where it is no table's. */
    static @Nullable String tableOf(String arn) {
        Matcher matcher = TABLE_ARN.matcher(arn);
        return matcher.matches() ? matcher.group(1) : null;
    }

    private static String name(String value, String member) {
        if (value.length() < 3) {
            throw constraint(value, member, "Member must have length greater than or equal to 3");
        }
        if (value.length() > 255) {
            throw constraint(value, member, "Member must have length less than or equal to 255");
        }
        if (!value.matches(NAME)) {
            throw constraint(value, member, "Member must satisfy regular expression pattern: " + NAME);
        }
        return value;
    }

    static @Nullable Boolean flag(JsonNode request, String member) {
        JsonNode value = request.path(member);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isBoolean()) {
            throw wrongType(member);
        }
        return value.booleanValue();
    }

    static int number(JsonNode request, String member, int byDefault, int least, int most) {
        JsonNode value = request.path(member);
        if (value.isMissingNode() || value.isNull()) {
            return byDefault;
        }
        if (!value.canConvertToInt()) {
            throw wrongType(member);
        }
        if (value.intValue() < least) {
            throw constraint(value.asText(), member, "Member must have value greater than or equal to " + least);
        }
        if (value.intValue() > most) {
            throw constraint(value.asText(), member, "Member must have value less than or equal to " + most);
        }
        return value.intValue();
    }

    static @Nullable String oneOf(JsonNode request, String member, List<String> values) {
        String value = text(request, member);
        if (value != null && !values.contains(value)) {
            throw constraint(value, member, "Member must satisfy enum value set: " + values);
        }
        return value;
    }

    static AwsFailure constraint(String value, String member, String constraint) {
        String path = Character.toLowerCase(member.charAt(0)) + member.substring(1);
        return AwsFailure.invalid("1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: %s"
                .formatted(value, path, constraint));
    }

    private static AwsFailure wrongType(String member) {
        return new AwsFailure("SerializationException", member + " has a value of the wrong type");
    }
}
