package io.headgate.recovery.truth;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Values as the stores show them: what is written is what is read. */
final class RandomValues {

    private static final List<String> TEXTS =
            List.of("", "plain", "it's \"quoted\" \\ {back}", "tab\tand\nline", "äöü ß 漢字 😀", "null");
    private static final int LARGE = 6_000;
    private static final int LARGE_ONE_IN = 12;
    private static final int LONGEST = 40;

    private final Random random;

    RandomValues(Random random) {
        this.random = random;
    }

    /** A row of {@link PostgresTruthStore}: some columns are null, some larger than what a page holds. */
    List<@Nullable String> row() {
        List<@Nullable String> row = new ArrayList<>();
        row.add(Integer.toString(random.nextInt()));
        row.add(orNull(() -> number().toPlainString()));
        row.add(orNull(() -> (random.nextInt(20_000) - 10_000) + ".5"));
        row.add(orNull(this::text));
        row.add(orNull(() -> "\\x" + HexFormat.of().formatHex(bytes())));
        row.add(orNull(this::time));
        row.add(orNull(() -> Boolean.toString(random.nextBoolean())));
        row.add(orNull(() -> "{\"n\": %d, \"list\": [true, null, \"%s\"]}".formatted(random.nextInt(), letters(8))));
        row.add(orNull(() -> IntStream.range(0, random.nextInt(4))
                .mapToObj(index -> letters(5))
                .collect(Collectors.joining(",", "{", "}"))));
        row.add(orNull(() -> new UUID(random.nextLong(), random.nextLong()).toString()));
        return row;
    }

    String text() {
        if (random.nextInt(LARGE_ONE_IN) == 0) {
            return letters(LARGE);
        }
        return TEXTS.get(random.nextInt(TEXTS.size())) + letters(random.nextInt(LONGEST));
    }

    /** Without zeros at the end, as DynamoDB shows numbers, and with up to its 38 digits. */
    BigDecimal number() {
        return new BigDecimal(new BigInteger(random.nextInt(120), random), random.nextInt(20))
                .multiply(BigDecimal.valueOf(random.nextBoolean() ? 1 : -1))
                .stripTrailingZeros();
    }

    byte[] bytes() {
        byte[] bytes = new byte[random.nextInt(LARGE_ONE_IN) == 0 ? LARGE : 1 + random.nextInt(LONGEST)];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Different ones, as a set wants them. */
    <T> List<T> some(Supplier<T> value) {
        return Stream.generate(value).limit(1 + random.nextInt(4)).distinct().toList();
    }

    String letters(int length) {
        return random.ints(length, 'a', 'z' + 1)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** PostgreSQL drops zeros at the end, hence the last digit is none. */
    private String time() {
        return LocalDate.EPOCH.plusDays(random.nextInt(30_000))
                + " %02d:%02d:%02d.%05d%d"
                        .formatted(
                                random.nextInt(24),
                                random.nextInt(60),
                                random.nextInt(60),
                                random.nextInt(100_000),
                                1 + random.nextInt(9));
    }

    private @Nullable String orNull(Supplier<String> value) {
        return random.nextInt(5) == 0 ? null : value.get();
    }
}
