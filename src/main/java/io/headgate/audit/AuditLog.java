package io.headgate.audit;

import io.headgate.audit.AuditRecord.Field;
import io.headgate.json.Json;
import io.headgate.security.Role;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
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
     * Adds what was refused, unless its caller was refused too often, and returns once it is written: soon where it can't be, and at
     * once while standard output stays blocked.
     */
    public void addRefused(AuditRecord added) {
        String caller = Opaque.of(added.caller().id());
        if (isWithinRate(caller)) {
            lines.accept(line(caller, added));
            CountDownLatch isWritten = new CountDownLatch(1);
            written().whenComplete((line, failure) -> isWritten.countDown());
            try {
                isWritten.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
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
                Map<String, @Nullable Object> json = begin(clock.instant(), COUNTED);
                json.put("caller", caller);
                json.put("count", count - refusalsPerMinute);
                lines.accept(Json.write(json));
            }
        });
    }

    /** The line that says how many records could not be written. */
    static String lost(long count) {
        Map<String, @Nullable Object> json = begin(Instant.now(), LOST);
        json.put("count", count);
        return Json.write(json);
    }

    /** Writes what was only counted so far. */
    @Override
    public void close() {
        endMinute();
    }

    private String line(String caller, AuditRecord added) {
        Map<String, @Nullable Object> json =
                begin(clock.instant(), added.outcome().name());
        json.put("caller", caller);
        json.put(
                "roles",
                added.caller().roles().stream().map(Role::toString).sorted().toList());
        json.put("transport", added.transport().name().toLowerCase(Locale.ROOT));
        if (added.operation() != null) {
            json.put("operation", added.operation().type());
            putIfPresent(
                    json,
                    "operationName",
                    added.operation().name() == null
                            ? null
                            : Opaque.of(added.operation().name()));
            json.put(
                    "fields",
                    added.operation().fields().stream().map(AuditLog::field).toList());
        }
        if (!added.codes().isEmpty()) {
            json.put("codes", added.codes());
        }
        putIfPresent(json, "status", added.status());
        putIfPresent(json, "traceId", added.traceId());
        return Json.write(json);
    }

    /** Named as in the lines of the gateway's other logs. */
    private static Map<String, @Nullable Object> begin(Instant now, String outcome) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("timestamp", now.toString());
        json.put("loggerName", NAME);
        json.put("id", UUID.randomUUID().toString());
        json.put("outcome", outcome);
        return json;
    }

    private static Map<String, @Nullable Object> field(Field field) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("name", field.name());
        List<String> ids = field.ids().stream().map(Opaque::of).toList();
        putIfPresent(json, "ids", ids.isEmpty() ? null : ids);
        putIfPresent(json, "result", field.result() == null ? null : Opaque.of(field.result()));
        putIfPresent(json, "code", field.code());
        return json;
    }

    private static void putIfPresent(Map<String, @Nullable Object> json, String name, @Nullable Object value) {
        if (value != null) {
            json.put(name, value);
        }
    }
}
