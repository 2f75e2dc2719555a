package io.headgate.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.security.SecurityConfig.Mode;
import io.headgate.security.TokenVerifier.Token;
import io.smallrye.mutiny.Uni;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds out who sends a request, by a token or an API key. */
public final class Authentication {

    /** In characters. What was verified a moment ago need not be again. */
    private static final int VERIFIED = 1 << 20;

    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

    private final Mode mode;
    private final Map<String, Role> roles;
    private final Map<String, Caller> apiKeys = new HashMap<>();
    private final @Nullable TokenVerifier tokens;
    private final InstantSource clock;
    private final Cache<String, Caller> verified = Caffeine.newBuilder()
            .maximumWeight(VERIFIED)
            .weigher((String token, Caller caller) -> token.length())
            .build();

    /**
     * @param tokens nothing where no provider is configured
     * @throws IllegalArgumentException with the name of the property that is wrong
     */
    public Authentication(SecurityConfig config, @Nullable TokenVerifier tokens, InstantSource clock) {
        this.mode = config.mode();
        this.roles = config.roles();
        this.tokens = tokens;
        this.clock = clock;
        config.apiKeys().forEach((name, key) -> {
            String property = "headgate.security.api-keys." + name;
            String hash = key.sha256().strip().toLowerCase(Locale.ROOT);
            if (!SHA_256.matcher(hash).matches()) {
                throw new IllegalArgumentException(
                        property + ".sha256 must be SHA-256 of the key, in 64 hexadecimal digits");
            }
            if (apiKeys.put(hash, new Caller(name, key.roles(), true, null)) != null) {
                throw new IllegalArgumentException(property + ".sha256 is another key's too");
            }
        });
    }

    /** Whether nobody has to say who they are, nor can. */
    public boolean isOff() {
        return mode == Mode.NONE;
    }

    /** The caller of these credentials where that is known at once; {@code null} where {@link #caller} must be asked. */
    public @Nullable Caller known(Credentials credentials) {
        if (mode == Mode.NONE) {
            return Caller.ANYBODY;
        }
        if (credentials.isEmpty()) {
            return mode == Mode.OPTIONAL ? Caller.ANYBODY : Caller.ANONYMOUS;
        }
        if (credentials.apiKey() != null) {
            return apiKeys.get(sha256(credentials.apiKey()));
        }
        String token = credentials.token();
        Caller known = token == null || tokens == null ? null : verified.getIfPresent(token);
        return known != null && isValid(known) ? known : null;
    }

    /**
     * The caller of these credentials; without any one that nothing or everything is allowed, as the mode says. Fails with
     * UNAUTHENTICATED when they are not valid, and with UNAVAILABLE when that can't be found out.
     */
    public Uni<Caller> caller(Credentials credentials) {
        Caller known = known(credentials);
        if (known != null) {
            return Uni.createFrom().item(known);
        }
        if (credentials.apiKey() != null) {
            return refused("the API key is not known");
        }
        String token = credentials.token();
        if (token == null || tokens == null) {
            return refused("Authorization must be Bearer and a token"
                    + (tokens == null ? ", and no provider of tokens is configured" : ""));
        }
        return tokens.verify(token).map(this::caller).invoke(caller -> verified.put(token, caller));
    }

    private boolean isValid(Caller caller) {
        return caller.expiresAt() == null || clock.instant().isBefore(caller.expiresAt());
    }

    private Caller caller(Token token) {
        Set<Role> granted = EnumSet.noneOf(Role.class);
        for (String name : token.roles()) {
            Optional.ofNullable(roles.get(name)).or(() -> Role.named(name)).ifPresent(granted::add);
        }
        return new Caller(token.subject(), granted, true, token.expiresAt());
    }

    private static Uni<Caller> refused(String message) {
        return Uni.createFrom().failure(GatewayException.of(ErrorCode.UNAUTHENTICATED, message));
    }

    /** A key is random, so that its hash tells nothing of it, not even by the time that looking for it takes. */
    private static String sha256(String key) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
