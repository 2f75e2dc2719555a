package io.headgate.recovery.ledger;

import io.headgate.error.ErrorCode;
import io.headgate.json.Json;
import io.headgate.recovery.Change;
import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.FleetChange;
import io.headgate.recovery.Operation;
import io.headgate.recovery.OperationKind;
import io.headgate.recovery.OperationState;
import io.headgate.recovery.Progress;
import io.headgate.recovery.Reapplied;
import io.headgate.recovery.SnapshotId;
import io.headgate.recovery.Tag;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Operations as JSON text, and back. What later versions add is left out by earlier ones, not refused. */
final class OperationJson {

    private OperationJson() {}

    static String write(Operation operation) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("id", operation.id());
        json.put("kind", operation.change().operationKind().name());
        json.put("change", change(operation.change()));
        json.put("database", operation.database().toString());
        json.put("requestedBy", operation.requestedBy());
        json.put("requestedAt", operation.requestedAt().toString());
        json.put("state", operation.state().name());
        json.put("finishedAt", text(operation.finishedAt()));
        json.put("sends", operation.sends());
        json.put("key", operation.key());
        json.put("progressPercent", operation.progressPercent());
        json.put("waitsFor", operation.waitsFor());
        Progress.Failed error = operation.error();
        json.put("error", error == null ? null : error(error));
        json.put(
                "reapplied",
                operation.reapplied().stream().map(OperationJson::reapplied).toList());
        json.put("revision", operation.revision());
        return Json.write(json);
    }

    /** Reads what {@link #write} wrote. */
    static Operation read(String text) {
        Part json = new Part(map(Json.read(text)));
        return new Operation(
                json.text("id"),
                change(OperationKind.valueOf(json.text("kind")), json.part("change")),
                DatabaseId.parse(json.text("database")),
                json.text("requestedBy"),
                Instant.parse(json.text("requestedAt")),
                OperationState.valueOf(json.text("state")),
                json.instant("finishedAt"),
                json.number("sends"),
                json.find("key"),
                (Integer) json.values.get("progressPercent"),
                json.find("waitsFor"),
                json.values.get("error") == null ? null : error(json.part("error")),
                json.list("reapplied", OperationJson::reapplied),
                json.number("revision"));
    }

    private static Map<String, @Nullable Object> change(Change change) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        if (change instanceof Change.CreateSnapshot creation) {
            json.put("database", creation.database().toString());
            json.put("name", creation.name());
            json.put("tags", tags(creation.tags()));
        } else if (change instanceof Change.DeleteSnapshot deletion) {
            json.put("snapshot", deletion.snapshot().toString());
        } else if (change instanceof Change.SetBackupPolicy policy) {
            json.put("database", policy.database().toString());
            json.put("retentionDays", policy.retentionDays());
        } else if (change instanceof FleetChange fleet) {
            json.putAll(FleetChangeJson.write(fleet));
        } else if (change instanceof Change.Restore restore) {
            if (restore instanceof Change.RestoreSnapshot fromSnapshot) {
                json.put("snapshot", fromSnapshot.snapshot().toString());
            } else if (restore instanceof Change.RestoreToPointInTime toTime) {
                json.put("source", toTime.source().toString());
                json.put("time", text(toTime.time()));
            }
            json.put("target", restore.target().toString());
            json.put("tags", tags(restore.tags()));
            json.put("reapply", restore.reapply());
        }
        return json;
    }

    private static Change change(OperationKind kind, Part json) {
        return switch (kind) {
            case CREATE_SNAPSHOT ->
                new Change.CreateSnapshot(
                        DatabaseId.parse(json.text("database")),
                        json.text("name"),
                        json.list("tags", OperationJson::tag));
            case DELETE_SNAPSHOT -> new Change.DeleteSnapshot(SnapshotId.parse(json.text("snapshot")));
            case RESTORE_SNAPSHOT ->
                new Change.RestoreSnapshot(
                        SnapshotId.parse(json.text("snapshot")),
                        DatabaseId.parse(json.text("target")),
                        json.list("tags", OperationJson::tag),
                        json.flag("reapply"));
            case RESTORE_TO_POINT_IN_TIME ->
                new Change.RestoreToPointInTime(
                        DatabaseId.parse(json.text("source")),
                        DatabaseId.parse(json.text("target")),
                        json.instant("time"),
                        json.list("tags", OperationJson::tag),
                        json.flag("reapply"));
            case SET_BACKUP_POLICY ->
                new Change.SetBackupPolicy(DatabaseId.parse(json.text("database")), json.number("retentionDays"));
            case CREATE_DATABASE,
                    MODIFY_DATABASE,
                    DELETE_DATABASE,
                    REBOOT_DATABASE,
                    FAILOVER_DATABASE,
                    CREATE_READ_REPLICA,
                    PROMOTE_READ_REPLICA,
                    CREATE_TABLE,
                    MODIFY_TABLE,
                    DELETE_TABLE -> FleetChangeJson.read(kind, json);
        };
    }

    static List<Map<String, Object>> tags(List<Tag> tags) {
        return tags.stream()
                .map(tag -> Map.<String, Object>of("key", tag.key(), "value", tag.value()))
                .toList();
    }

    static Tag tag(Part json) {
        return new Tag(json.text("key"), json.text("value"));
    }

    private static Map<String, @Nullable Object> error(Progress.Failed error) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("code", error.code().name());
        json.put("message", error.message());
        json.put("awsErrorCode", error.awsErrorCode());
        return json;
    }

    private static Progress.Failed error(Part json) {
        return new Progress.Failed(
                ErrorCode.valueOf(json.text("code")), json.text("message"), json.find("awsErrorCode"));
    }

    private static Map<String, Object> reapplied(Reapplied reapplied) {
        return Map.of("setting", reapplied.setting(), "applied", reapplied.applied(), "message", reapplied.message());
    }

    private static Reapplied reapplied(Part json) {
        return new Reapplied(json.text("setting"), json.flag("applied"), json.text("message"));
    }

    private static @Nullable String text(@Nullable Instant instant) {
        return instant == null ? null : instant.toString();
    }

    @SuppressWarnings("unchecked")
    private static Map<String, @Nullable Object> map(@Nullable Object json) {
        if (json instanceof Map<?, ?> object) {
            return (Map<String, @Nullable Object>) object;
        }
        throw new IllegalArgumentException("not a JSON object");
    }

    /** An object within. */
    record Part(Map<String, @Nullable Object> values) {

        String text(String name) {
            String text = find(name);
            if (text == null) {
                throw new IllegalArgumentException("there is no " + name);
            }
            return text;
        }

        @Nullable
        String find(String name) {
            return (String) values.get(name);
        }

        @Nullable
        Instant instant(String name) {
            String text = find(name);
            return text == null ? null : Instant.parse(text);
        }

        int number(String name) {
            return values.get(name) instanceof Integer number ? number : 0;
        }

        @Nullable
        Integer findNumber(String name) {
            return (Integer) values.get(name);
        }

        @Nullable
        Boolean findFlag(String name) {
            return (Boolean) values.get(name);
        }

        boolean flag(String name) {
            return Boolean.TRUE.equals(values.get(name));
        }

        Part part(String name) {
            return new Part(map(values.get(name)));
        }

        @Nullable
        Part findPart(String name) {
            return values.get(name) == null ? null : part(name);
        }

        <T> List<T> list(String name, Function<Part, T> element) {
            return values.get(name) instanceof List<?> list
                    ? list.stream()
                            .map(each -> element.apply(new Part(map(each))))
                            .toList()
                    : List.of();
        }
    }
}
