package io.headgate.user;

import io.headgate.error.GatewayException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * A user's identity across stores: the store and the key inside it.
 *
 * @param key 1 to 128 characters, as {@link UserRules#checkKey} has it
 */
public record UserId(Store store, String key) {

    private static final String PREFIX = "user:";

    /** The global, opaque form that clients see: {@code user:}, the store's tag, the key, in base64url. */
    public String global() {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((PREFIX + store.tag() + ":" + key).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads what {@link #global()} wrote.
     *
     * @throws GatewayException INVALID_ARGUMENT for anything else
     */
    public static UserId parse(String global) {
        try {
            String text = new String(Base64.getUrlDecoder().decode(global), StandardCharsets.UTF_8);
            for (Store store : Store.values()) {
                String prefix = PREFIX + store.tag() + ":";
                if (text.startsWith(prefix)) {
                    UserId id = new UserId(store, text.substring(prefix.length()));
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
