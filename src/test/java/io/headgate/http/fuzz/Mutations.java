package io.headgate.http.fuzz;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Changes bytes, documents and JSON a little, or to what has broken parsers before. */
final class Mutations {

    private static final Pattern TOKENS = Pattern.compile(
            "\\s+|\"(?:[^\"\\\\]|\\\\.)*\"|\\.\\.\\.|[A-Za-z_][A-Za-z0-9_]*|-?[0-9.]+|.", Pattern.DOTALL);

    private static final List<String> DOCUMENT_PARTS = List.of(
            "{",
            "}",
            "(",
            ")",
            "[",
            "]",
            "...",
            "$",
            "@",
            "!",
            ":",
            "=",
            "|",
            "&",
            "\"",
            "\"\"\"",
            "#",
            "\\",
            "\u0000",
            "\uFEFF",
            "\uD800",
            "\uDFFF",
            "\u2028",
            "9".repeat(400),
            "1e999",
            "-0",
            "1e-999",
            "null",
            "true",
            "query",
            "mutation",
            "subscription",
            "fragment A on Query { ...A }",
            "...A",
            "on",
            "__typename",
            "__schema",
            "__type",
            "@include(if: false)",
            "@skip(if: $no)",
            "@defer",
            "\"\\u{10FFFF}\"",
            "\"\\uD83C\"",
            "\"\\q\"",
            "{ ".repeat(70),
            "[".repeat(3_000),
            "a: __typename ".repeat(40),
            "extend type Query { a: Int }",
            "\"\"\"\\\"\"\"\"\"\"");

    private static final List<@Nullable Object> VALUES = values();

    private final Random random;

    Mutations(Random random) {
        this.random = random;
    }

    private static List<@Nullable Object> values() {
        List<@Nullable Object> values = new ArrayList<>();
        values.add(null);
        values.addAll(List.of(
                true, 0, -1, 1, Integer.MAX_VALUE, Integer.MIN_VALUE, Long.MAX_VALUE, 1e308, Double.MIN_VALUE, -0.0));
        values.addAll(
                List.of(BigInteger.TEN.pow(400), "", " ", "\u0000", "\uD800", "\uDC00\uD800", "\uD83C\uDFC3", "null"));
        values.addAll(
                List.of("a".repeat(70_000), "' OR 1=1 --", "%00", "../../etc/passwd", "${jndi:ldap://127.0.0.1/a}"));
        values.addAll(
                List.of("2026-02-30T25:61:61Z", "+999999999-12-31T23:59:59.999999999-18:00", "\u0130\u00df\ufb03"));
        values.addAll(List.of("dXNlcjpwOg", "dXNlcjp4OmE", "rds:", "operation:", "dynamodb:Users", ":".repeat(300)));
        values.addAll(
                List.of(List.of(), Map.of(), Map.of("", ""), List.of(List.of(List.of())), "sha256:" + "0".repeat(64)));
        Object deep = 1;
        for (int i = 0; i < 600; i++) {
            deep = i % 2 == 0 ? List.of(deep) : Map.of("a", deep);
        }
        values.add(deep);
        return values;
    }

    /** One to four edits, each of a few bytes or of a stretch. */
    byte[] bytes(byte[] original) {
        byte[] mutated = original;
        for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
            mutated = edited(mutated);
        }
        return mutated;
    }

    private byte[] edited(byte[] bytes) {
        int at = random.nextInt(bytes.length + 1);
        int length = Math.min(1 + random.nextInt(random.nextBoolean() ? 3 : 40), bytes.length - at);
        return switch (random.nextInt(6)) {
            case 0 -> spliced(bytes, at, length, new byte[0]);
            case 1 -> spliced(bytes, at, 0, slice(bytes, at, length));
            case 2 -> spliced(bytes, at, 0, part());
            case 3 -> spliced(bytes, at, Math.min(1, length), noise(1));
            case 4 -> spliced(bytes, at, length, noise(length));
            default -> slice(bytes, 0, at);
        };
    }

    private byte[] part() {
        return any(DOCUMENT_PARTS).getBytes(StandardCharsets.UTF_8);
    }

    byte[] noise(int length) {
        byte[] noise = new byte[length];
        random.nextBytes(noise);
        return noise;
    }

    private static byte[] slice(byte[] bytes, int from, int length) {
        byte[] slice = new byte[length];
        System.arraycopy(bytes, from, slice, 0, length);
        return slice;
    }

    private static byte[] spliced(byte[] bytes, int at, int removed, byte[] inserted) {
        byte[] spliced = new byte[bytes.length - removed + inserted.length];
        System.arraycopy(bytes, 0, spliced, 0, at);
        System.arraycopy(inserted, 0, spliced, at, inserted.length);
        System.arraycopy(bytes, at + removed, spliced, at + inserted.length, bytes.length - at - removed);
        return spliced;
    }

    /** Tokens left out, doubled, exchanged and put in. */
    String document(String original) {
        List<String> tokens =
                TOKENS.matcher(original).results().map(found -> found.group()).collect(Collectors.toList());
        for (int edits = 1 + random.nextInt(3); edits > 0 && !tokens.isEmpty(); edits--) {
            int at = random.nextInt(tokens.size());
            switch (random.nextInt(5)) {
                case 0 -> tokens.remove(at);
                case 1 -> tokens.add(at, tokens.get(at));
                case 2 -> tokens.set(at, any(DOCUMENT_PARTS));
                case 3 -> tokens.add(at, any(DOCUMENT_PARTS));
                default -> tokens.set(at, tokens.get(random.nextInt(tokens.size())));
            }
        }
        return String.join("", tokens);
    }

    /** The same but for a value somewhere, a member that is missing, or one too many. */
    @Nullable
    Object json(@Nullable Object original) {
        if (original instanceof Map<?, ?> object && !object.isEmpty() && random.nextInt(6) > 0) {
            Map<Object, @Nullable Object> mutated = new HashMap<>(object);
            List<?> names = List.copyOf(object.keySet());
            Object name = names.get(random.nextInt(names.size()));
            switch (random.nextInt(6)) {
                case 0 -> mutated.remove(name);
                case 1 -> mutated.put(any(DOCUMENT_PARTS), mutated.get(name));
                case 2 -> mutated.put(name, value());
                default -> mutated.put(name, json(mutated.get(name)));
            }
            return mutated;
        }
        if (original instanceof List<?> list && !list.isEmpty() && random.nextInt(4) > 0) {
            List<@Nullable Object> mutated = new ArrayList<>(list);
            int at = random.nextInt(mutated.size());
            mutated.set(at, json(mutated.get(at)));
            return mutated;
        }
        return original instanceof String text && random.nextBoolean() ? document(text) : value();
    }

    @Nullable
    Object value() {
        return VALUES.get(random.nextInt(VALUES.size()));
    }

    <T> T any(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }
}
