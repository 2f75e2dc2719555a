package io.headgate.user;

import io.headgate.error.GatewayException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.EnumMap;
import java.util.Map;

/**
 * A user's identity across stores: the store and the key inside it.
 *
 * @param key 1 to 128 characters, as {@link UserRules#checkKey} has it
 */
public record UserId(Store store, String key) {

    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    /** What identities in their global form begin with, by store. */
    private static final Map<Store, String> PREFIXES = new EnumMap<>(Map.of(
            Store.POSTGRES, prefix(Store.POSTGRES),
            Store.DYNAMODB, prefix(Store.DYNAMODB)));

    private static String prefix(Store store) {
        return "user:" + store.tag() + ":";
    }

    /** The global, opaque form that clients see: {@code user:}, the store's tag, the key, in base64url. */
    public String global() {
        return ENCODER.encodeToString((PREFIXES.get(store) + key).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads what {@link #global()} wrote.
     *
     * @throws GatewayException INVALID_ARGUMENT for anything else
     */
    public static UserId parse(String global) {
        try {
            String text = new String(Base64.getUrlDecoder().decode(global), StandardCharsets.UTF_8);
            for (Map.Entry<Store, String> prefix : PREFIXES.entrySet()) {
                if (text.startsWith(prefix.getValue())) {
                    UserId id = new UserId(
                            prefix.getKey(), text.substring(prefix.getValue().length()));
                    UserRules.checkKey(id.key);
                    // One identity has one form; this also refuses bytes that are not UTF-8.
                    if (id.global().equals(global)) {
                        return id;
                    }
                }
            }
        } catch (IllegalArgumentException | GatewayException e) {
            throw malformed();
        }
        throw malformed();
    }

    private static GatewayException malformed() {
        return GatewayException.invalidArgument("id is not one that Headgate gave: pass the id of a user unchanged");
    }
}
