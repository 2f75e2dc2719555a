package io.headgate.audit;

import io.headgate.audit.AuditRecord.Field;
import io.headgate.audit.AuditRecord.Operation;
import io.headgate.json.JsonWriter;
import io.headgate.log.Lines;
import io.headgate.security.Role;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes each {@link AuditRecord} as one line of JSON. Refusals cost whoever causes them nothing, so that those of one caller beyond a
 * number in a minute are counted, and the count is written when that minute is over.
 */
public final class AuditLog implements AutoCloseable {

    /** The category of the log that it is written to. */
    public static final String NAME = "headgate.audit";

    /** Of most lines. */
    private static final int USUAL_BYTES = 512;

    private static final String COUNTED = "REFUSED_MORE";
    private static final String LOST = "LOST";

    private final int refusalsPerMinute;
    private final InstantSource clock;
    private final Consumer<String> lines;
    private final Supplier<CompletionStage<Void>> written;
    private final Map<String, Integer> refusals = new ConcurrentHashMap<>();
    private final AtomicBoolean isCounting = new AtomicBoolean();

    /**
     * @param lines where each record goes
     * @param written when those have been written that went there before
     */
    public AuditLog(
            AuditConfig config, InstantSource clock, Consumer<String> lines, Supplier<CompletionStage<Void>> written) {
        this.refusalsPerMinute = config.refusalsPerMinute();
        this.clock = clock;
        this.lines = lines;
        this.written = written;
    }

    /** What is added is on its way: see {@link #written}. */
    public void add(AuditRecord added) {
        lines.accept(line(Opaque.of(added.caller().id()), added));
    }

    /**
     * Adds what was refused, unless its caller was refused too often. Completes, on any thread, once it is written: soon where it
     * can't be, and at once while standard output stays blocked.
     */
    public CompletionStage<Void> addRefused(AuditRecord added) {
        String caller = Opaque.of(added.caller().id());
        if (!isWithinRate(caller)) {
            return Lines.DONE;
        }
        lines.accept(line(caller, added));
        return written();
    }

    /** Completes, on any thread, when the records that were added before have been written, and soon where they can't be. */
    public CompletionStage<Void> written() {
        return written.get();
    }

    private boolean isWithinRate(String caller) {
        boolean isWithin = refusals.merge(caller, 1, Integer::sum) <= refusalsPerMinute;
        if (isCounting.compareAndSet(false, true)) {
            CompletableFuture.delayedExecutor(1, TimeUnit.MINUTES).execute(this::endMinute);
        }
        return isWithin;
    }

    private void endMinute() {
        isCounting.set(false);
        refusals.keySet().forEach(caller -> {
            Integer count = refusals.remove(caller);
            if (count != null && count > refusalsPerMinute) {
                JsonWriter json = begin(clock.instant(), COUNTED);
                put(json, "caller", caller);
                put(json, "count", count - refusalsPerMinute);
                lines.accept(end(json));
            }
        });
    }

    /** The line that says how many records could not be written. */
    static String lost(long count) {
        JsonWriter json = begin(Instant.now(), LOST);
        put(json, "count", count);
        return end(json);
    }

    /** Writes what was only counted so far. */
    @Override
    public void close() {
        endMinute();
    }

    private String line(String caller, AuditRecord added) {
        JsonWriter json = begin(clock.instant(), added.outcome().name());
        put(json, "caller", caller);
        json.name("roles");
        array(json, added.caller().roles().stream().map(Role::toString).sorted().toList());
        put(json, "transport", added.transport().name().toLowerCase(Locale.ROOT));
        Operation operation = added.operation();
        if (operation != null) {
            put(json, "operation", operation.type());
            put(json, "operationName", opaque(operation.name()));
            json.name("fields");
            json.beginArray();
            for (Field field : operation.fields()) {
                put(json, field);
            }
            json.endArray();
        }
        putAny(json, "codes", added.codes());
        put(json, "status", added.status());
        put(json, "traceId", added.traceId());
        return end(json);
    }

    /** Named as in the lines of the gateway's other logs. */
    private static JsonWriter begin(Instant now, String outcome) {
        JsonWriter json = new JsonWriter(USUAL_BYTES);
        json.beginObject();
        put(json, "timestamp", now.toString());
        put(json, "loggerName", NAME);
        put(json, "id", UUID.randomUUID().toString());
        put(json, "outcome", outcome);
        return json;
    }

    private static String end(JsonWriter json) {
        json.endObject();
        return new String(json.toUtf8(), StandardCharsets.UTF_8);
    }

    private static void put(JsonWriter json, Field field) {
        json.beginObject();
        put(json, "name", field.name());
        putAny(json, "ids", field.ids().stream().map(Opaque::of).toList());
        put(json, "result", opaque(field.result()));
        put(json, "code", field.code());
        json.endObject();
    }

    private static @Nullable String opaque(@Nullable String text) {
        return text == null ? null : Opaque.of(text);
    }

    /** A member, where it has a value. */
    private static void put(JsonWriter json, String name, @Nullable Object value) {
        if (value != null) {
            json.name(name);
            json.value(value);
        }
    }

    private static void putAny(JsonWriter json, String name, List<String> values) {
        if (!values.isEmpty()) {
            json.name(name);
            array(json, values);
        }
    }

    private static void array(JsonWriter json, List<String> values) {
        json.beginArray();
        values.forEach(json::value);
        json.endArray();
    }
}
