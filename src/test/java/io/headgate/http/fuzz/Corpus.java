package io.headgate.http.fuzz;

import io.headgate.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Right requests, which mutations begin with: something of each part of the schema and of the language. */
final class Corpus {

    private static final List<Map<String, @Nullable Object>> REQUESTS = read();

    private Corpus() {}

    static Map<String, @Nullable Object> any(Random random) {
        return REQUESTS.get(random.nextInt(REQUESTS.size()));
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, @Nullable Object>> read() {
        try (InputStream lines = Objects.requireNonNull(Corpus.class.getResourceAsStream("/fuzz/requests.jsonl"))) {
            return new String(lines.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> (Map<String, @Nullable Object>) Objects.requireNonNull(Json.read(line)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
