package io.headgate.user.postgres;

import io.headgate.user.Attributes;
import io.headgate.user.Store;
import io.headgate.user.User;
import io.headgate.user.UserEvent;
import io.headgate.user.UserEventSource.Batch;
import io.headgate.user.UserId;
import io.headgate.user.UserStatus;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the messages of {@code pgoutput}, version 1 in text, as changes of users. Times must be written in UTC.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-logicalrep-message-formats.html">Logical Replication
 *     Message Formats</a>
 */
final class PgOutput {

    private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");

    private final WalPosition from;
    private final Map<Integer, List<String>> tables = new HashMap<>();
    private final List<UserEvent> events = new ArrayList<>();
    private final Set<String> unreadable = new HashSet<>();
    private boolean begins;
    private WalPosition position;
    private Instant committedAt = EPOCH;
    private long known;

    /** @param from what comes before it is left out */
    PgOutput(WalPosition from) {
        this.from = from;
        this.position = from;
    }

    /** Takes the next message. */
    void take(Buffer bytes) {
        Message message = new Message(bytes);
        switch (message.next()) {
            case 'B' -> begin(message);
            case 'C' -> {
                message.skip(1 + Long.BYTES);
                long end = message.int64();
                if (end > position.place()) {
                    position = from.at(end);
                }
            }
            case 'R' -> table(message);
            case 'I', 'U', 'D', 'T' -> change(message);
            default -> {
                // Types, origins and messages say nothing about users.
            }
        }
    }

    /** What was taken since this was asked for last. */
    Batch batch() {
        Batch batch = new Batch(
                PostgresUserEvents.PARTITION, position.toString(), begins, List.copyOf(events), Set.copyOf(unreadable));
        events.clear();
        unreadable.clear();
        begins = false;
        return batch;
    }

    private void begin(Message message) {
        long commit = message.int64();
        committedAt = EPOCH.plus(message.int64(), ChronoUnit.MICROS);
        if (commit < from.place()) {
            known = Long.MAX_VALUE;
        } else {
            known = commit == from.place() ? from.changes() : 0;
            position = from.at(commit);
        }
    }

    private void table(Message message) {
        int id = message.int32();
        message.text();
        boolean isOfUsers = message.text().equals(PostgresUserEvents.TABLE);
        message.skip(1);
        List<String> columns = new ArrayList<>();
        for (int left = message.int16(); left > 0; left--) {
            message.skip(1);
            columns.add(message.text());
            message.skip(2 * Integer.BYTES);
        }
        if (isOfUsers) {
            tables.put(id, columns);
        } else {
            tables.remove(id);
        }
    }

    private void change(Message message) {
        if (known == Long.MAX_VALUE) {
            return;
        }
        position = position.afterAnotherChange();
        if (known > 0) {
            known--;
            return;
        }
        if (message.kind() == 'T') {
            // Of which users there were nothing tells.
            begins = true;
            return;
        }
        List<String> columns = tables.get(message.int32());
        if (columns == null) {
            return;
        }
        Row old = null;
        char part = message.next();
        if (part == 'K' || part == 'O') {
            old = new Row(columns, message, null);
            part = message.kind() == 'U' ? message.next() : 0;
        }
        Row row = part == 'N' ? new Row(columns, message, old) : null;
        if (row == null) {
            add(UserEvent.Kind.DELETED, Objects.requireNonNull(old));
        } else if (old == null) {
            add(message.kind() == 'I' ? UserEvent.Kind.CREATED : UserEvent.Kind.UPDATED, row);
        } else if (old.key().equals(row.key())) {
            add(UserEvent.Kind.UPDATED, row);
        } else {
            add(UserEvent.Kind.DELETED, old);
            add(UserEvent.Kind.CREATED, row);
        }
    }

    private void add(UserEvent.Kind kind, Row row) {
        User user = row.user();
        if (user == null) {
            unreadable.add(row.key());
        } else {
            events.add(new UserEvent(kind, user, committedAt));
        }
    }

    /** A row of the table of users, as text. */
    private static final class Row {

        private final Map<String, String> values = new HashMap<>();

        /** @param old has what the message leaves out because it did not change */
        Row(List<String> columns, Message message, @Nullable Row old) {
            int count = message.int16();
            for (int i = 0; i < count; i++) {
                String column = columns.get(i);
                char kind = message.next();
                String value = kind == 't' ? message.text(message.int32()) : null;
                if (kind == 'u' && old != null) {
                    value = old.values.get(column);
                }
                if (value != null) {
                    values.put(column, value);
                }
            }
        }

        String key() {
            return value("user_id");
        }

        /** {@code null} where the row holds what Headgate never writes, or not all of it was told. */
        @Nullable
        User user() {
            try {
                return new User(
                        new UserId(Store.POSTGRES, key()),
                        value("email"),
                        value("name"),
                        values.get("phone"),
                        UserStatus.valueOf(value("status")),
                        Attributes.parse(value("attributes")),
                        instant("created_at"),
                        instant("updated_at"),
                        Integer.parseInt(value("version")));
            } catch (RuntimeException e) {
                return null;
            }
        }

        private Instant instant(String column) {
            String text = value(column);
            if (!text.endsWith("+00")) {
                throw new IllegalArgumentException("not in UTC");
            }
            return Instant.parse(text.substring(0, text.length() - 3).replace(' ', 'T') + "Z");
        }

        private String value(String column) {
            return Objects.requireNonNull(values.get(column), column);
        }
    }

    /** A message, which is read from its beginning to its end. */
    private static final class Message {

        private final Buffer bytes;
        private int at;

        Message(Buffer bytes) {
            this.bytes = bytes;
        }

        char kind() {
            return (char) bytes.getByte(0);
        }

        char next() {
            return (char) bytes.getByte(at++);
        }

        void skip(int count) {
            at += count;
        }

        int int16() {
            at += Short.BYTES;
            return bytes.getUnsignedShort(at - Short.BYTES);
        }

        int int32() {
            at += Integer.BYTES;
            return bytes.getInt(at - Integer.BYTES);
        }

        long int64() {
            at += Long.BYTES;
            return bytes.getLong(at - Long.BYTES);
        }

        /** A text that ends with a zero. */
        String text() {
            int end = at;
            while (bytes.getByte(end) != 0) {
                end++;
            }
            String text = text(end - at);
            at++;
            return text;
        }

        String text(int length) {
            at += length;
            return bytes.getString(at - length, at, StandardCharsets.UTF_8.name());
        }
    }
}
