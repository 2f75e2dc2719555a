package io.headgate.http.fuzz;

import io.headgate.json.Json;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** What is sent on a connection. */
final class FuzzedRequest {

    private static final List<String> TYPES = List.of(
            "application/json",
            "application/json",
            "application/json; charset=utf-8",
            "application/graphql",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/json; charset=\u00ff",
            ";;;,");
    private static final List<String> ACCEPTS = List.of(
            "application/json",
            "application/graphql-response+json",
            "text/event-stream",
            "*/*",
            "application/json;q=x, text/event-stream;q=0.1",
            ";q=1,,;",
            "text/html");
    private static final List<String> BROKEN_LINES = List.of(
            "Transfer-Encoding: chunked",
            "Transfer-Encoding: gzip, chunked",
            "Transfer-Encoding : chunked",
            "Content-Length: -1",
            "Content-Length: 99999999999999999999",
            "Content-Length: 7",
            "Content-Length: 1000000",
            "Expect: 100-continue",
            "Upgrade: websocket",
            "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAAP__",
            "Host: \u0000",
            "X: " + "a".repeat(70_000),
            "no colon",
            ": no name",
            " folded",
            "Authorization: Bearer " + "a.".repeat(2_000),
            "Content-Encoding: gzip");

    private final String kind;
    private final byte[] bytes;
    private final boolean isFramed;

    private FuzzedRequest(String kind, byte[] bytes, boolean isFramed) {
        this.kind = kind;
        this.bytes = bytes;
        this.isFramed = isFramed;
    }

    String kind() {
        return kind;
    }

    byte[] bytes() {
        return bytes;
    }

    /** Whether it is one request by HTTP's rules, so that it must be answered. */
    boolean isFramed() {
        return isFramed;
    }

    static FuzzedRequest next(Random random) {
        Mutations mutations = new Mutations(random);
        return switch (random.nextInt(20)) {
            case 0 -> post("right", mutations, Json.writeUtf8(Corpus.any(random)));
            case 1, 2, 3, 4 -> post("bytes", mutations, mutations.bytes(Json.writeUtf8(Corpus.any(random))));
            case 5, 6, 7, 8 -> post("json", mutations, Json.writeUtf8(mutations.json(Corpus.any(random))));
            case 9, 10, 11, 12 -> post("document", mutations, Json.writeUtf8(documented(random, mutations)));
            case 13 -> post("doubled", mutations, doubled(random, mutations));
            case 14, 15 -> get(random, mutations);
            case 16 -> broken(random, mutations);
            case 17 -> chunked(random, mutations);
            case 18 -> pipelined(random, mutations);
            default -> cutOff(random, mutations);
        };
    }

    private static Map<String, @Nullable Object> documented(Random random, Mutations mutations) {
        Map<String, @Nullable Object> request = new HashMap<>(Corpus.any(random));
        request.computeIfPresent("query", (name, query) -> mutations.document((String) query));
        return request;
    }

    /** Names that are there twice, and a document whose text is the body. */
    private static byte[] doubled(Random random, Mutations mutations) {
        String json = Json.write(Corpus.any(random));
        return utf8(mutations.any(List.of(
                "{\"query\": \"{ __typename }\", " + json.substring(1), json + json, "\uFEFF" + json, " " + json)));
    }

    private static FuzzedRequest post(String kind, Mutations mutations, byte[] body) {
        return new FuzzedRequest(kind, request(mutations, body, "Content-Length: " + body.length), true);
    }

    private static FuzzedRequest get(Random random, Mutations mutations) {
        StringBuilder query = new StringBuilder("/graphql?");
        documented(random, mutations).forEach((name, value) -> {
            String text = value instanceof String known
                    ? known
                    : Json.write(random.nextBoolean() ? value : mutations.json(value));
            String escaped = URLEncoder.encode(text, StandardCharsets.UTF_8);
            query.append(name)
                    .append('=')
                    .append(random.nextInt(4) == 0 ? mutations.any(List.of("%", "%zz", "%00", "%ff", "a=b&&")) : "");
            query.append(escaped).append('&');
        });
        String target = query.length() > 3_500 ? query.substring(0, 3_500) : query.toString();
        String head = "GET " + target + " HTTP/1.1\r\nHost: fuzz\r\nAccept: " + mutations.any(ACCEPTS) + "\r\n\r\n";
        return new FuzzedRequest("get", utf8(head), true);
    }

    private static FuzzedRequest broken(Random random, Mutations mutations) {
        byte[] body = Json.writeUtf8(Corpus.any(random));
        byte[] right = request(mutations, body, "Content-Length: " + body.length);
        byte[] wrong = request(mutations, body, mutations.any(BROKEN_LINES));
        return new FuzzedRequest("broken", random.nextBoolean() ? mutations.bytes(right) : wrong, false);
    }

    private static FuzzedRequest chunked(Random random, Mutations mutations) {
        byte[] body = Json.writeUtf8(Corpus.any(random));
        ByteArrayOutputStream chunks = new ByteArrayOutputStream();
        for (int at = 0; at < body.length; ) {
            int length = Math.min(1 + random.nextInt(60), body.length - at);
            chunks.writeBytes(utf8(Integer.toHexString(length) + "\r\n"));
            chunks.write(body, at, length);
            chunks.writeBytes(utf8("\r\n"));
            at += length;
        }
        chunks.writeBytes(utf8("0\r\n\r\n"));
        boolean isWrong = random.nextBoolean();
        byte[] sent = isWrong ? mutations.bytes(chunks.toByteArray()) : chunks.toByteArray();
        return new FuzzedRequest("chunked", request(mutations, sent, "Transfer-Encoding: chunked"), !isWrong);
    }

    private static FuzzedRequest pipelined(Random random, Mutations mutations) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int requests = 2 + random.nextInt(8); requests > 0; requests--) {
            all.writeBytes(post("", mutations, Json.writeUtf8(mutations.json(Corpus.any(random)))).bytes);
        }
        return new FuzzedRequest("pipelined", all.toByteArray(), false);
    }

    private static FuzzedRequest cutOff(Random random, Mutations mutations) {
        byte[] whole = post("", mutations, Json.writeUtf8(Corpus.any(random))).bytes;
        byte[] part = new byte[random.nextInt(whole.length)];
        System.arraycopy(whole, 0, part, 0, part.length);
        return new FuzzedRequest("cut off", part, false);
    }

    private static byte[] request(Mutations mutations, byte[] body, String framing) {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(("POST /graphql HTTP/1.1\r\nHost: fuzz\r\nContent-Type: " + mutations.any(TYPES)
                        + "\r\nAccept: " + mutations.any(ACCEPTS) + "\r\n" + framing + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1));
        request.writeBytes(body);
        return request.toByteArray();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
