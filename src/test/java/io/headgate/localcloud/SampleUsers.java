package io.headgate.localcloud;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Made-up users from all over the world, the same ones at every start: 10,000 for each store, other people in each, with
 * the keys {@code u00001} to {@code u10000}. No two have the same e-mail address, also across the stores.
 */
public final class SampleUsers {

    /** How many users each store gets. */
    public static final int PER_STORE = 10_000;

    private static final long SEED = 20_230_101;

    private static final Instant FIRST = Instant.parse("2023-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("2026-01-01T00:00:00Z");
    private static final long MICROS = ChronoUnit.MICROS.between(FIRST, END);

    /** Reserved for examples by RFC 2606. */
    private static final List<String> DOMAINS =
            List.of("example.com", "example.com", "example.org", "example.net", "mail.example", "post.example");

    /** Numbers that regulators keep for fiction: USA, United Kingdom, France, Australia, Sweden, Ireland. */
    private static final List<String> PHONES =
            List.of("+1##55501##", "+447700900###", "+3363998####", "+614915701##", "+467017406##", "+35320910####");

    private static final List<String> PLANS = List.of("free", "free", "free", "pro", "pro", "team", "enterprise");
    private static final List<String> TAGS =
            List.of("beta", "newsletter", "vip", "trial", "partner", "student", "mobile", "api");

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final List<SampleNames> cultures = SampleNames.all();
    private final Set<String> emails = new HashSet<>();

    private SampleUsers() {}

    /** The users of PostgreSQL, by key. */
    public static List<SampleUser> ofPostgres() {
        return new SampleUsers().next(PER_STORE);
    }

    /** The users of DynamoDB, by key. */
    public static List<SampleUser> ofDynamoDb() {
        SampleUsers users = new SampleUsers();
        users.next(PER_STORE);
        return users.next(PER_STORE);
    }

    private List<SampleUser> next(int count) {
        List<SampleUser> users = new ArrayList<>(count);
        for (int number = 1; number <= count; number++) {
            users.add(next(String.format(Locale.ROOT, "u%05d", number)));
        }
        return users;
    }

    private SampleUser next(String userId) {
        SampleNames culture = any(cultures);
        SampleNames.Name given = culture.anyGiven(random);
        SampleNames.Name family = culture.anyFamily(random);
        return new SampleUser(
                userId,
                email(given.ascii(), family.ascii()),
                culture.full(given, family),
                phone(),
                status(),
                attributes(culture.locale()),
                FIRST.plus(random.nextLong(MICROS), ChronoUnit.MICROS));
    }

    private String email(String given, String family) {
        String local = switch (random.nextInt(5)) {
            case 0 -> given + family;
            case 1 -> given.charAt(0) + "." + family;
            case 2 -> family + "." + given;
            default -> given + "." + family;
        };
        String domain = any(DOMAINS);
        String email = local + "@" + domain;
        for (int namesake = 2; !emails.add(email); namesake++) {
            email = local + namesake + "@" + domain;
        }
        return email;
    }

    private @Nullable String phone() {
        return random.nextInt(10) < 3
                ? null
                : any(PHONES)
                        .chars()
                        .map(c -> c == '#' ? '2' + random.nextInt(8) : c)
                        .mapToObj(Character::toString)
                        .collect(Collectors.joining());
    }

    private String status() {
        int percent = random.nextInt(100);
        return percent < 90 ? "ACTIVE" : percent < 96 ? "INVITED" : "SUSPENDED";
    }

    private String attributes(String locale) {
        String tags = random.ints(random.nextInt(4), 0, TAGS.size())
                .distinct()
                .mapToObj(tag -> '"' + TAGS.get(tag) + '"')
                .collect(Collectors.joining(","));
        return "{\"plan\":\"" + any(PLANS) + "\",\"locale\":\"" + locale + "\",\"logins\":" + random.nextInt(2000)
                + ",\"tags\":[" + tags + "]}";
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
