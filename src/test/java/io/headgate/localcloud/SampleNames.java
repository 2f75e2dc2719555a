package io.headgate.localcloud;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * The names of one culture.
 *
 * @param locale its language and country, such as {@code fr-FR}
 * @param order how people put their names together: the words "given" and "family" and what is between them
 */
record SampleNames(String locale, String order, List<Name> given, List<Name> family) {

    /**
     * A name and how it is written in an e-mail address.
     *
     * @param ascii lower-case letters only
     */
    record Name(String written, String ascii) {

        private static Name parse(String text) {
            int slash = text.indexOf('/');
            return slash < 0
                    ? new Name(text, withoutAccents(text))
                    : new Name(text.substring(0, slash), text.substring(slash + 1));
        }

        private static String withoutAccents(String text) {
            return Normalizer.normalize(text, Normalizer.Form.NFD)
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^a-z]", "");
        }
    }

    /** All cultures, always in the same order. */
    static List<SampleNames> all() {
        try (InputStream file = Objects.requireNonNull(SampleNames.class.getResourceAsStream("sample-names.txt"));
                BufferedReader lines = new BufferedReader(new InputStreamReader(file, UTF_8))) {
            return lines.lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(SampleNames::parse)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SampleNames parse(String line) {
        String[] parts = line.split("\\|", -1);
        return new SampleNames(parts[0], parts[1], names(parts[2]), names(parts[3]));
    }

    private static List<Name> names(String list) {
        return Stream.of(list.split(",", -1)).map(Name::parse).toList();
    }

    Name anyGiven(RandomGenerator random) {
        return given.get(random.nextInt(given.size()));
    }

    Name anyFamily(RandomGenerator random) {
        return family.get(random.nextInt(family.size()));
    }

    String full(Name givenName, Name familyName) {
        return order.replace("given", givenName.written()).replace("family", familyName.written());
    }
}
