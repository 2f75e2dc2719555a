package io.headgate.graphql;

import io.headgate.error.GatewayException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A look at a document before it is parsed, which costs some nanoseconds a character: how many tokens, fields, aliases,
 * directives and elements of lists it has, how deep its brackets are, and how many names that are wrong for certain. Parsing
 * costs a thousand times that. What is no GraphQL passes, for the parser to say so.
 *
 * @see <a href="https://spec.graphql.org/October2021/#sec-Source-Text">GraphQL, source text</a>
 */
final class DocumentScan {

    /** Of lists and objects in one value, of which attributes may have 31. */
    private static final int MAX_VALUE_DEPTH = 64;

    /** Of an object, whose values are not elements. */
    private static final int NO_LIST = Integer.MIN_VALUE;

    private static final char NAME = 'a';

    /** Of unknown names, unused and undefined fragments and unused variables. Who has fewer is told each by validation. */
    private static final int MAX_WRONG = 20;

    private static final Set<String> OPERATIONS = Set.of("query", "mutation", "subscription");

    private final String document;
    private final GraphQlConfig config;
    private final Set<String> known;
    private final StringBuilder outline;
    private final List<String> texts = new ArrayList<>();
    private @Nullable String operationName;
    private int operations;
    /** Whether a word that comes now is the name of an operation. */
    private boolean isBeforeName;
    /** Whether the document has nothing in it that only the parser can read. */
    private boolean isPlain = true;

    private int at;
    private int tokens;
    private int aliases;
    private int directives;
    private int selections;
    private int arguments;
    private int values;
    private int fields;
    private int unknown;
    private final Set<String> fragments = new HashSet<>();
    /** By the names of their fragments; whatever is on a type alone has none. */
    private final List<String> spreads = new ArrayList<>();
    /** Whether the next word is the name of a fragment. */
    private boolean isFragment;
    /** Of the operation that is looked at. */
    private int variables;

    private int mostVariables;
    private int usesOfVariables;
    /** How many elements each list or object that is open has so far. */
    private final int[] elements = new int[MAX_VALUE_DEPTH + 1];
    /** What the token before begins with; {@link #NAME} for all words. */
    private char before;

    private DocumentScan(String document, GraphQlConfig config, Set<String> known) {
        this.document = document;
        this.config = config;
        this.known = known;
        this.outline = new StringBuilder(document.length());
    }

    /**
     * What a document has in common with those that differ from it in nothing but layout, comments, the name of their one
     * operation, and the texts between quotes: where one of them is GraphQL, all are, and of the same form.
     *
     * @param tokens all others, in an unmistakable spelling that is no document
     * @param texts in their order; only such as mean what is written
     */
    record Outline(String tokens, @Nullable String operationName, List<String> texts) {}

    /**
     * @return {@code null} where the document can't be compared so
     * @param known the names of all fields and arguments
     * @throws GatewayException RESOURCE_EXHAUSTED at the first token that is beyond a limit
     */
    static @Nullable Outline check(String document, GraphQlConfig config, Set<String> known) {
        long longest = config.maxDocumentSize().asLongValue();
        if (document.length() > longest) {
            throw tooMany("characters", longest);
        }
        DocumentScan scan = new DocumentScan(document, config, known);
        scan.scan();
        return scan.isPlain && scan.operations <= 1
                ? new Outline(scan.outline.toString(), scan.operationName, List.copyOf(scan.texts))
                : null;
    }

    private void scan() {
        while (at < document.length()) {
            char first = document.charAt(at);
            if (isName(first) || first == '-') {
                int begin = at;
                skipWord();
                count();
                if (isBeforeName) {
                    isBeforeName = false;
                    before = NAME;
                    operationName = document.substring(begin, at);
                } else {
                    word(begin);
                    outline.append(document, begin, at).append(' ');
                }
            } else if (first == '"') {
                int begin = at;
                skipText();
                count();
                element();
                before = first;
                text(begin);
                isBeforeName = false;
                outline.append(first);
            } else if (first == '#') {
                int begin = at;
                skipLine();
                isPlain &= isPrintable(begin, at);
            } else {
                int begin = at++;
                if (first > ' ' && first != ',' && first != '\uFEFF') {
                    punctuator(first);
                    isBeforeName = false;
                    isPlain &= first != '.' || at - begin == 3;
                    outline.append(document, begin, at);
                } else {
                    isPlain &= first == ' ' || first == ',' || first == '\n' || first == '\r' || first == '\t';
                }
            }
        }
        if (fragments.size() - spreads.size() > MAX_WRONG) {
            throw tooMany("fragments that are not used", MAX_WRONG);
        }
        if (spreads.stream().filter(spread -> !fragments.contains(spread)).count() > MAX_WRONG) {
            throw tooMany("fragments that are not defined", MAX_WRONG);
        }
        // One may be used by several operations that each define it.
        if (mostVariables - usesOfVariables > MAX_WRONG) {
            throw tooMany("variables that are not used", MAX_WRONG);
        }
    }

    /** One that is not meant as it is written has to be read by the parser. */
    private void text(int begin) {
        boolean isClosed = at - begin >= 2 && at <= document.length() && document.charAt(at - 1) == '"';
        isPlain &= isClosed && !document.startsWith("\"\"\"", begin) && isPrintable(begin, at);
        if (isPlain) {
            String text = document.substring(begin + 1, at - 1);
            isPlain = text.indexOf('\\') < 0;
            texts.add(text);
        }
    }

    /** In ASCII. */
    private boolean isPrintable(int begin, int end) {
        for (int i = begin; i < end; i++) {
            char each = document.charAt(i);
            if (each > '~' || (each < ' ' && each != '\t')) {
                return false;
            }
        }
        return true;
    }

    private void punctuator(char punctuator) {
        if (punctuator == '.' && document.startsWith("..", at)) {
            at += 2;
        }
        count();
        before = punctuator;
        switch (punctuator) {
            case '(' -> arguments++;
            case ')' -> arguments--;
            case '{', '[' -> open(punctuator);
            case '}', ']' -> close();
            case '@' -> {
                if (++directives > config.maxDirectives()) {
                    throw tooMany("directives", config.maxDirectives());
                }
            }
            case ':' -> {
                // Names of arguments and of their fields are within parentheses.
                if (arguments == 0 && ++aliases > config.maxAliases()) {
                    throw tooMany("aliases", config.maxAliases());
                }
            }
            case '$' -> element();
            default -> {}
        }
    }

    private void word(int begin) {
        if (arguments > 0) {
            if (before == '$') {
                variable();
            } else {
                element();
                if (values == 0 && before != '@' && isBeforeColon()) {
                    look(begin);
                }
            }
        } else if (selections <= 0) {
            definition(begin);
        } else if (before == '.') {
            // A fragment, or on and the type that it is of.
            boolean isOn = at - begin == 2 && document.startsWith("on", begin);
            before = isOn ? '.' : NAME;
            if (!isOn) {
                spreads.add(document.substring(begin, at));
            }
            return;
        } else if (before != '@') {
            if (before != ':' && ++fields > config.maxFields()) {
                throw tooMany("fields", config.maxFields());
            }
            if (!isBeforeColon()) {
                look(begin);
            }
        }
        before = NAME;
    }

    private void definition(int begin) {
        String word = document.substring(begin, at);
        if (isFragment) {
            fragments.add(word);
            isFragment = false;
        } else if (word.equals("fragment")) {
            isFragment = true;
        } else if (OPERATIONS.contains(word)) {
            variables = 0;
            operations++;
            isBeforeName = true;
        }
    }

    private void variable() {
        if (selections == 0 && isBeforeColon()) {
            mostVariables = Math.max(mostVariables, ++variables);
        } else {
            usesOfVariables++;
        }
    }

    private void look(int begin) {
        if (!known.contains(document.substring(begin, at)) && ++unknown > MAX_WRONG) {
            throw tooMany("fields and arguments that the schema does not have", MAX_WRONG);
        }
    }

    /** Whether a colon comes next, or a comment, behind which there may be one. */
    private boolean isBeforeColon() {
        int next = at;
        while (next < document.length() && (document.charAt(next) <= ' ' || document.charAt(next) == ',')) {
            next++;
        }
        return next < document.length() && (document.charAt(next) == ':' || document.charAt(next) == '#');
    }

    private void element() {
        if (values > 0 && ++elements[values] > config.maxListSize()) {
            throw GatewayException.tooMuchWork("a list has more than " + config.maxListSize() + " elements");
        }
    }

    private void open(char bracket) {
        if (arguments > 0) {
            element();
            if (++values > MAX_VALUE_DEPTH) {
                throw GatewayException.tooMuchWork("a value is nested deeper than " + MAX_VALUE_DEPTH + " levels");
            }
            elements[values] = bracket == '[' ? 0 : NO_LIST;
        } else if (++selections > 2 * config.maxDepth()) {
            // Fragments in place are levels here, and none of fields: those are counted when it is parsed.
            throw tooDeep(config);
        }
    }

    private void close() {
        if (arguments > 0) {
            values = Math.max(0, values - 1);
        } else {
            selections--;
        }
    }

    private void count() {
        if (++tokens > config.maxTokens()) {
            throw tooMany("tokens", config.maxTokens());
        }
    }

    private void skipWord() {
        at++;
        while (at < document.length()) {
            char next = document.charAt(at);
            if (!isName(next) && next != '.' && next != '+' && next != '-') {
                return;
            }
            // A spread may follow a name without a space.
            if (next == '.' && document.startsWith("...", at)) {
                return;
            }
            at++;
        }
    }

    private void skipLine() {
        while (at < document.length() && document.charAt(at) != '\n' && document.charAt(at) != '\r') {
            at++;
        }
    }

    private void skipText() {
        boolean isBlock = document.startsWith("\"\"\"", at);
        at += isBlock ? 3 : 1;
        while (at < document.length()) {
            char next = document.charAt(at);
            if (isBlock ? document.startsWith("\"\"\"", at) : next == '"' || next == '\n' || next == '\r') {
                at += isBlock ? 3 : 1;
                return;
            }
            if (next == '\\') {
                at += isBlock && document.startsWith("\"\"\"", at + 1) ? 4 : isBlock ? 1 : 2;
            } else {
                at++;
            }
        }
    }

    private static boolean isName(char next) {
        return (next >= 'a' && next <= 'z')
                || (next >= 'A' && next <= 'Z')
                || (next >= '0' && next <= '9')
                || next == '_';
    }

    static GatewayException tooMany(String what, long limit) {
        return GatewayException.tooMuchWork("the document has more than " + limit + " " + what);
    }

    static GatewayException tooDeep(GraphQlConfig config) {
        return GatewayException.tooMuchWork("the document has fields deeper than " + config.maxDepth() + " levels");
    }
}
