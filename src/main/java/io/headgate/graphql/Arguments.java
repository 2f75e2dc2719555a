package io.headgate.graphql;

import graphql.schema.DataFetchingEnvironment;
import io.headgate.error.GatewayException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of a field, or the fields of an input object, by name. What was left out and what was given as {@code
 * null} both read as {@code null}; {@link #gives} tells them apart. Types have been checked against the schema.
 */
public final class Arguments {

    private final Map<String, @Nullable Object> values;

    private Arguments(Map<String, @Nullable Object> values) {
        this.values = values;
    }

    public static Arguments of(DataFetchingEnvironment environment) {
        return of(environment.getArguments());
    }

    static Arguments of(Map<String, @Nullable Object> values) {
        return new Arguments(values);
    }

    /** Whether the argument was given, be it as {@code null}. */
    public boolean gives(String name) {
        return values.containsKey(name);
    }

    /** Refuses {@code null} for arguments that may be left out but have no value of none. */
    public void refuseNull(String... names) {
        for (String name : names) {
            if (gives(name) && values.get(name) == null) {
                throw GatewayException.invalidArgument(name + " can't be null; leave it out to keep what is there");
            }
        }
    }

    /** An input object. */
    @SuppressWarnings("unchecked")
    public @Nullable Arguments object(String name) {
        Object value = values.get(name);
        return value == null ? null : new Arguments((Map<String, @Nullable Object>) value);
    }

    /** An input object that the schema demands. */
    public Arguments requiredObject(String name) {
        Arguments object = object(name);
        if (object == null) {
            throw missing(name);
        }
        return object;
    }

    /** A list of input objects; none when it was left out. */
    @SuppressWarnings("unchecked")
    public List<Arguments> objects(String name) {
        List<Map<String, @Nullable Object>> objects = (List<Map<String, @Nullable Object>>) values.get(name);
        return objects == null
                ? List.of()
                : objects.stream().map(Arguments::new).toList();
    }

    public @Nullable String text(String name) {
        return (String) values.get(name);
    }

    /** A text that the schema demands. */
    public String requiredText(String name) {
        String text = text(name);
        if (text == null) {
            throw missing(name);
        }
        return text;
    }

    @SuppressWarnings("unchecked")
    public @Nullable List<String> texts(String name) {
        return (List<String>) values.get(name);
    }

    /** A list of texts that the schema demands. */
    public List<String> requiredTexts(String name) {
        List<String> texts = texts(name);
        if (texts == null) {
            throw missing(name);
        }
        return texts;
    }

    /** Whether a flag was given as {@code true}. */
    public boolean flag(String name) {
        return Boolean.TRUE.equals(values.get(name));
    }

    /** A flag that may be left out. */
    public @Nullable Boolean find(String name) {
        return (Boolean) values.get(name);
    }

    public @Nullable Integer integer(String name) {
        return (Integer) values.get(name);
    }

    /** A number that the schema demands or has a default for. */
    public int requiredInteger(String name) {
        Integer number = integer(name);
        if (number == null) {
            throw missing(name);
        }
        return number;
    }

    /** A number with decimals that the schema demands. */
    public double requiredDecimal(String name) {
        Double number = (Double) values.get(name);
        if (number == null) {
            throw missing(name);
        }
        return number;
    }

    public @Nullable Instant instant(String name) {
        return (Instant) values.get(name);
    }

    public @Nullable Object json(String name) {
        return values.get(name);
    }

    /** A value of an enum whose constants bear the schema's names. */
    public <E extends Enum<E>> @Nullable E constant(String name, Class<E> type) {
        Object value = values.get(name);
        return value == null ? null : Enum.valueOf(type, (String) value);
    }

    /** A value of an enum that the schema demands. */
    public <E extends Enum<E>> E requiredConstant(String name, Class<E> type) {
        E value = constant(name, type);
        if (value == null) {
            throw missing(name);
        }
        return value;
    }

    /** A list of values of an enum. */
    public <E extends Enum<E>> @Nullable List<E> constants(String name, Class<E> type) {
        List<String> names = texts(name);
        return names == null
                ? null
                : names.stream().map(each -> Enum.valueOf(type, each)).toList();
    }

    private static IllegalStateException missing(String name) {
        return new IllegalStateException("the schema let the argument " + name + " be missing");
    }
}
