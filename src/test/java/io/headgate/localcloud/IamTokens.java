package io.headgate.localcloud;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Checks the tokens with which users log in to RDS: requests to {@code connect}, signed in their query with Signature
 * Version 4, written as one text.
 *
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html">Signature Version 4</a>
 */
final class IamTokens {

    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final Duration LONGEST = Duration.ofMinutes(15);

    private final String accessKey;
    private final String secretKey;
    private final String region;
    private final Clock clock;

    IamTokens(String accessKey, String secretKey, String region, Clock clock) {
        this.accessKey = accessKey;
        this.secretKey = secretKey;
        this.region = region;
        this.clock = clock;
    }

    /** Whether a token lets this user log in at this host and port now. */
    boolean admits(String token, String host, int port, String user) {
        String place = host + ":" + port;
        if (!token.startsWith(place + "/?")) {
            return false;
        }
        Map<String, String> query = new TreeMap<>();
        for (String parameter : token.substring(place.length() + 2).split("&", -1)) {
            int equals = parameter.indexOf('=');
            query.put(
                    parameter.substring(0, equals),
                    URLDecoder.decode(parameter.substring(equals + 1), StandardCharsets.UTF_8));
        }
        String signature = query.remove("X-Amz-Signature");
        try {
            String date = query.getOrDefault("X-Amz-Date", "");
            Instant signed = Instant.from(DATE.parse(date));
            Duration valid = Duration.ofSeconds(Long.parseLong(query.getOrDefault("X-Amz-Expires", "")));
            String scope = date.substring(0, 8) + "/" + region + "/rds-db/aws4_request";
            return "connect".equals(query.get("Action"))
                    && user.equals(query.get("DBUser"))
                    && (accessKey + "/" + scope).equals(query.get("X-Amz-Credential"))
                    && valid.compareTo(LONGEST) <= 0
                    && !clock.instant().isBefore(signed.minus(LONGEST))
                    && clock.instant().isBefore(signed.plus(valid))
                    && signature(query, place, scope).equals(signature);
        } catch (RuntimeException | GeneralSecurityException e) {
            return false;
        }
    }

    private String signature(Map<String, String> query, String place, String scope) throws GeneralSecurityException {
        String canonicalQuery = query.entrySet().stream()
                .map(each -> encoded(each.getKey()) + "=" + encoded(each.getValue()))
                .collect(Collectors.joining("&"));
        String request = String.join("\n", "GET", "/", canonicalQuery, "host:" + place, "", "host", hex(sha256("")));
        String toSign = String.join(
                "\n", "AWS4-HMAC-SHA256", query.getOrDefault("X-Amz-Date", ""), scope, hex(sha256(request)));
        byte[] key = ("AWS4" + secretKey).getBytes(StandardCharsets.UTF_8);
        for (String part : scope.split("/", -1)) {
            key = hmac(key, part);
        }
        return hex(hmac(key, toSign));
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }

    private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] sha256(String text) throws GeneralSecurityException {
        return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
