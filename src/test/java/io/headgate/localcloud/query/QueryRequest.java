package io.headgate.localcloud.query;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of an action, as the AWS Query protocol sends them: a form, whose lists and structures are flat names
 * like {@code Tags.Tag.1.Key}. See <a href="https://smithy.io/2.0/aws/protocols/aws-query-protocol.html">AWS Query</a>.
 */
public record QueryRequest(Map<String, String> parameters) {

    public static QueryRequest parse(String form) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : form.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                parameters.put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
            }
        }
        return new QueryRequest(parameters);
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, UTF_8);
        } catch (IllegalArgumentException e) {
            throw new QueryError("MalformedQueryString", 400, "The query string contains a syntax error.");
        }
    }

    public String action() {
        return require("Action");
    }

    public boolean has(String name) {
        return parameters.containsKey(name);
    }

    @Nullable
    public String find(String name) {
        return parameters.get(name);
    }

    public String require(String name) {
        String value = find(name);
        if (value == null || value.isBlank()) {
            throw QueryError.missing(name);
        }
        return value;
    }

    public boolean isTrue(String name) {
        return isTrue(name, false);
    }

    public boolean isTrue(String name, boolean byDefault) {
        String value = find(name);
        if (value == null) {
            return byDefault;
        }
        if (value.equals("true") || value.equals("false")) {
            return value.equals("true");
        }
        throw QueryError.invalidValue("Invalid value " + value + " for " + name + ". Must be true or false");
    }

    /** A number within bounds. */
    public Optional<Integer> integer(String name, int least, int greatest) {
        String value = find(name);
        if (value == null) {
            return Optional.empty();
        }
        if (value.matches("-?\\d{1,9}")) {
            int number = Integer.parseInt(value);
            if (number >= least && number <= greatest) {
                return Optional.of(number);
            }
        }
        throw QueryError.invalidValue(
                "Invalid value " + value + " for " + name + ". Must be between " + least + " and " + greatest);
    }

    @Nullable
    public Instant instant(String name) {
        String value = find(name);
        if (value == null) {
            return null;
        }
        try {
            return OffsetDateTime.parse(value).toInstant();
        } catch (DateTimeParseException e) {
            throw QueryError.invalidValue(
                    "Invalid value " + value + " for " + name + ". Must be a time like 2015-03-07T23:45:00Z");
        }
    }

    public Map<String, String> tags() {
        Map<String, String> tags = new LinkedHashMap<>();
        for (String tag : members("Tags", "Tag", ".Key")) {
            String key = require(tag + ".Key");
            if (key.startsWith("aws:")) {
                throw QueryError.invalidValue("Tag keys may not begin with aws: " + key);
            }
            String value = find(tag + ".Value");
            tags.put(key, value == null ? "" : value);
        }
        return tags;
    }

    /** The values of each filter by its name. */
    public Map<String, List<String>> filters() {
        Map<String, List<String>> filters = new LinkedHashMap<>();
        for (String filter : members("Filters", "Filter", ".Name")) {
            filters.put(require(filter + ".Name"), strings(filter + ".Values", "Value"));
        }
        return filters;
    }

    /** A list of strings, whose members the model names. */
    public List<String> strings(String list, String member) {
        return members(list, member, "").stream().map(this::require).toList();
    }

    private List<String> members(String list, String member, String suffix) {
        List<String> members = new ArrayList<>();
        // Clients that follow an older model send "member" for every list.
        for (String name : List.of(list + "." + member + ".", list + ".member.")) {
            for (int n = 1; members.size() < n && has(name + n + suffix); n++) {
                members.add(name + n);
            }
        }
        return members;
    }
}
