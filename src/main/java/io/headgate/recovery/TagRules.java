package io.headgate.recovery;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which tags a service takes from its customers.
 *
 * @param most how many tags there may be
 * @param shortestValue how many characters a value has at the least
 * @param allowed what keys and values are made of
 * @param reserved what keys may not begin with
 * @see <a href="https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html">Tag naming limits
 *     and requirements</a>
 */
public record TagRules(int most, int shortestValue, Pattern allowed, List<String> reserved) {

    private static final int LONGEST_KEY = 128;
    private static final int LONGEST_VALUE = 256;

    /** Why some tags would be refused. */
    public List<String> problems(List<Tag> tags) {
        List<String> problems = new ArrayList<>();
        if (tags.size() > most) {
            problems.add("there are " + tags.size() + " tags; " + most + " are allowed");
        }
        Set<String> keys = new HashSet<>();
        for (Tag tag : tags) {
            addProblems(tag, problems);
            if (!keys.add(tag.key())) {
                problems.add("the tag '" + tag.key() + "' is given twice");
            }
        }
        return problems;
    }

    /** Whether a key is one that a customer may set. */
    public boolean isFree(String key) {
        return reserved.stream().noneMatch(key::startsWith);
    }

    /** The tags that were asked for and, beneath them, as many of the source's as there may be. */
    public List<Tag> wanted(List<Tag> askedFor, List<Tag> source) {
        Map<String, Tag> wanted = new LinkedHashMap<>();
        askedFor.forEach(tag -> wanted.put(tag.key(), tag));
        source.stream().filter(tag -> isFree(tag.key())).forEach(tag -> wanted.putIfAbsent(tag.key(), tag));
        return wanted.values().stream().limit(most).toList();
    }

    private void addProblems(Tag tag, List<String> problems) {
        int keyLength = tag.key().codePointCount(0, tag.key().length());
        int valueLength = tag.value().codePointCount(0, tag.value().length());
        if (keyLength < 1 || keyLength > LONGEST_KEY) {
            problems.add("a tag's key has " + keyLength + " characters; 1 to " + LONGEST_KEY + " are allowed");
        }
        if (valueLength < shortestValue || valueLength > LONGEST_VALUE) {
            problems.add("the value of the tag '" + tag.key() + "' has " + valueLength + " characters; " + shortestValue
                    + " to " + LONGEST_VALUE + " are allowed");
        }
        if (!isFree(tag.key())) {
            problems.add("the tag '" + tag.key() + "' begins with one of " + reserved + ", which are not yours to set");
        }
        if (!allowed.matcher(tag.key()).matches()
                || !allowed.matcher(tag.value()).matches()) {
            problems.add("the tag '" + tag.key()
                    + "' has a character that AWS does not allow: use letters, digits, spaces and . : / = + - _");
        }
    }
}
