package io.headgate.user;

import io.headgate.error.GatewayException;
import io.headgate.json.Json;
import io.headgate.json.MalformedJsonException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The free attributes of a user: a JSON object in one form, whichever store it was read from. Keys are in the order of
 * their code points, numbers are {@link BigDecimal}s without trailing zeros, and only what both PostgreSQL's {@code
 * jsonb} and a DynamoDB map keep unchanged is let in:
 *
 * <ul>
 *   <li>numbers of at most 38 significant digits and a magnitude from 1E-130 to 9.99E+125, beyond which DynamoDB rounds
 *       or refuses;
 *   <li>at most {@value #MAX_DEPTH} levels of objects and lists, of DynamoDB's 32;
 *   <li>keys that are not empty, text without U+0000 (which PostgreSQL refuses) and without lone surrogates (which UTF-8
 *       lacks);
 *   <li>at most {@value #MAX_BYTES} bytes as DynamoDB counts them, of the 409,600 that an item has.
 * </ul>
 *
 * @see <a href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html">DynamoDB's quotas</a>
 * @see <a href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html">Item
 *     sizes</a>
 */
public final class Attributes {

    public static final int MAX_BYTES = 400_000;
    public static final int MAX_DEPTH = 31;

    public static final Attributes NONE = new Attributes(Map.of());

    private static final int MAX_DIGITS = 38;
    private static final int MIN_EXPONENT = -130;
    private static final int MAX_EXPONENT = 125;

    private final Map<String, Object> values;

    private Attributes(Map<String, Object> values) {
        this.values = values;
    }

    /**
     * Takes a JSON value as {@link Json#read} gives it.
     *
     * @throws GatewayException INVALID_ARGUMENT when it is no object, or holds what a store would not keep unchanged
     */
    public static Attributes of(@Nullable Object json) {
        if (!(json instanceof Map<?, ?> object)) {
            throw GatewayException.invalidArgument("attributes is a JSON object, such as {\"plan\": \"pro\"}");
        }
        Reader reader = new Reader();
        Map<String, Object> values = reader.object(object, "attributes", 1);
        if (reader.bytes > MAX_BYTES) {
            throw GatewayException.invalidArgument("attributes takes " + reader.bytes + " bytes; at most " + MAX_BYTES
                    + " fit, as DynamoDB counts them");
        }
        return values.isEmpty() ? NONE : new Attributes(values);
    }

    /** Reads what a store gave: JSON text of an object that passed {@link #of} when it was written. */
    public static Attributes parse(String json) {
        try {
            return json.equals("{}") ? NONE : of(Json.read(json));
        } catch (MalformedJsonException e) {
            throw new IllegalStateException("a store gave attributes that are not JSON", e);
        }
    }

    /** The object: unmodifiable, made of maps, lists, {@code String}, {@code Boolean}, {@link BigDecimal}, {@code null}. */
    public Map<String, Object> values() {
        return values;
    }

    /** The object as JSON text. */
    public String json() {
        return Json.write(values);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Attributes that && values.equals(that.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    /** The JSON text's size alone: attributes are personal data and do not belong in a log. */
    @Override
    public String toString() {
        return "Attributes[" + values.size() + " keys]";
    }

    /** Brings a JSON value into the one form, and measures it on the way. */
    private static final class Reader {

        private long bytes;

        private Map<String, Object> object(Map<?, ?> object, String path, int depth) {
            checkDepth(path, depth);
            bytes += 3;
            Map<String, @Nullable Object> sorted = new TreeMap<>(CodePoints::compare);
            for (Map.Entry<?, ?> entry : object.entrySet()) {
                String key = String.valueOf(entry.getKey());
                if (key.isEmpty()) {
                    throw GatewayException.invalidArgument(path + " has an empty key; DynamoDB keeps none");
                }
                UserRules.checkText(path + " has a key that", key);
                bytes += 1 + UserRules.utf8Length(key);
                sorted.put(key, value(entry.getValue(), path + "." + UserRules.shortened(key), depth));
            }
            return Collections.unmodifiableMap(sorted);
        }

        private List<Object> list(List<?> list, String path, int depth) {
            checkDepth(path, depth);
            bytes += 3;
            List<@Nullable Object> values = new ArrayList<>(list.size());
            for (Object element : list) {
                bytes += 1;
                values.add(value(element, path + "[" + values.size() + "]", depth));
            }
            return Collections.unmodifiableList(values);
        }

        private @Nullable Object value(@Nullable Object value, String path, int depth) {
            if (value instanceof Map<?, ?> object) {
                return object(object, path, depth + 1);
            }
            if (value instanceof List<?> list) {
                return list(list, path, depth + 1);
            }
            if (value instanceof String text) {
                UserRules.checkText(path, text);
                bytes += UserRules.utf8Length(text);
                return text;
            }
            if (value instanceof Number number) {
                return number(number, path);
            }
            bytes += 1;
            if (value == null || value instanceof Boolean) {
                return value;
            }
            throw GatewayException.invalidArgument(path + " is not a JSON value");
        }

        private BigDecimal number(Number number, String path) {
            BigDecimal exact = exact(number, path).stripTrailingZeros();
            int exponent = exact.precision() - exact.scale() - 1;
            if (exact.precision() > MAX_DIGITS
                    || (exact.signum() != 0 && (exponent < MIN_EXPONENT || exponent > MAX_EXPONENT))) {
                throw GatewayException.invalidArgument(path + " is a number that DynamoDB would round: at most "
                        + MAX_DIGITS + " digits, from 1E-130 to 9.99E+125");
            }
            bytes += 2 + (exact.precision() + 1) / 2;
            // Integers in plain digits (100, not 1E+2) as long as the digits are all significant ones could be.
            return exact.scale() < 0 && exponent < MAX_DIGITS ? exact.setScale(0) : exact;
        }

        private static BigDecimal exact(Number number, String path) {
            if (number instanceof BigDecimal decimal) {
                return decimal;
            }
            if (number instanceof BigInteger integer) {
                return new BigDecimal(integer);
            }
            if (number instanceof Double || number instanceof Float) {
                double value = number.doubleValue();
                if (Double.isNaN(value) || Double.isInfinite(value)) {
                    throw GatewayException.invalidArgument(path + " is not a finite number");
                }
                return BigDecimal.valueOf(value);
            }
            return BigDecimal.valueOf(number.longValue());
        }

        private static void checkDepth(String path, int depth) {
            if (depth > MAX_DEPTH) {
                throw GatewayException.invalidArgument(
                        UserRules.shortened(path) + " is nested deeper than " + MAX_DEPTH + " levels");
            }
        }
    }
}
