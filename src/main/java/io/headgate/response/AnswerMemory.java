package io.headgate.response;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Answers in a bounded memory, by their canonical questions and by the bytes by which each was asked for last. They are written
 * one after the other into segments, as bytes: to the collector of garbage all of them are a few arrays, however often they
 * come and go. The oldest segment is written over when all are full; what was asked for again since it was written stays, and
 * is among the newest then. Can be used by any thread.
 */
final class AnswerMemory {

    private static final int SEGMENTS = 32;

    /** Half of a segment: what may stay when it is written over, and the longest answer, so that there is always room. */
    private static final int PART = 2;

    private static final long MOST_BYTES = 1 << 30;
    private static final int SMALLEST_INDEX = 256;
    private static final int NOWHERE = -1;

    // Where an answer has what, from its place on.
    private static final int LENGTH = 0;
    private static final int CANONICAL_HASH = 4;
    private static final int SENT_HASH = 8;
    private static final int IS_ASKED_AGAIN = 12;
    private static final int HAS_SENT = 13;
    private static final int VISIBILITY = 14;
    private static final int CANONICAL_FORM = 16;
    private static final int SENT_FORM = 18;
    private static final int CANONICAL_LENGTH = 20;
    private static final int SENT_LENGTH = 24;
    private static final int TAGS_LENGTH = 28;
    private static final int MADE_AT = 32;
    private static final int ENDS_AT = 40;
    private static final int CHECKED = 48;
    private static final int NUMBER = 56;
    private static final int ETAG = 64;
    private static final int CANONICAL = ETAG + Answer.ETAG_LENGTH;

    private final ReentrantLock lock = new ReentrantLock();
    private final int segmentSize;

    /** Each is made when it is first written to; {@code null} before. */
    private final @Nullable ByteBuffer[] segments = new ByteBuffer[SEGMENTS];

    private final int[] used = new int[SEGMENTS];
    private @Nullable ByteBuffer spare;
    /** Which is written to; the next one is the oldest. */
    private int newest;

    /** Which questions lead where, by open addressing: a place and one, or 0. */
    private int[] index = new int[SMALLEST_INDEX];

    private int[] hashes = new int[SMALLEST_INDEX];
    private int indexed;

    /** Of all answers here: those of another are never true. */
    private String epoch = "";

    private final List<String> visibilities = new ArrayList<>();

    /** @param maxBytes of all segments; what is longer than half of one is not kept */
    AnswerMemory(long maxBytes) {
        this.segmentSize = (int) (Math.min(maxBytes, MOST_BYTES) / SEGMENTS);
    }

    /**
     * The answer to a question, or {@code null}.
     *
     * @param isTrue whether it may be given
     */
    @Nullable
    Answer find(Question question, Predicate<Answer> isTrue) {
        lock.lock();
        try {
            int place = place(question);
            if (place == NOWHERE) {
                return null;
            }
            ByteBuffer segment = segment(place);
            int at = at(place);
            Answer answer = read(segment, at);
            if (!isTrue.test(answer)) {
                return null;
            }
            segment.put(at + IS_ASKED_AGAIN, (byte) 1);
            segment.putLong(at + CHECKED, answer.checked());
            return answer;
        } finally {
            lock.unlock();
        }
    }

    /** Keeps an answer instead of the one to the same question; what was sent leads to it, too. */
    void put(Question canonical, @Nullable Question sent, Answer answer) {
        byte[] tags = tags(answer.tags());
        lock.lock();
        try {
            if (!epoch.equals(answer.basis().epoch())) {
                clear();
                epoch = answer.basis().epoch();
            }
            int before = place(canonical);
            Question asked = sent != null || before == NOWHERE ? sent : sent(segment(before), at(before));
            if (before != NOWHERE) {
                forget(before);
            }
            byte[] alias = asked == null ? new byte[0] : asked.bytes();
            int length = CANONICAL + canonical.bytes().length + alias.length + tags.length + answer.body().length;
            if (length > segmentSize / PART) {
                return;
            }
            int place = room(length);
            ByteBuffer segment = segment(place);
            int at = at(place);
            segment.putInt(at + LENGTH, length);
            segment.putInt(at + CANONICAL_HASH, canonical.hashCode());
            segment.putInt(at + SENT_HASH, asked == null ? 0 : asked.hashCode());
            segment.put(at + IS_ASKED_AGAIN, (byte) 0);
            segment.put(at + HAS_SENT, (byte) (asked == null ? 0 : 1));
            segment.put(at + VISIBILITY, visibility(canonical.visibility()));
            segment.putChar(at + CANONICAL_FORM, canonical.form());
            segment.putChar(at + SENT_FORM, asked == null ? 0 : asked.form());
            segment.putInt(at + CANONICAL_LENGTH, canonical.bytes().length);
            segment.putInt(at + SENT_LENGTH, alias.length);
            segment.putInt(at + TAGS_LENGTH, tags.length);
            segment.putLong(at + MADE_AT, answer.madeAt());
            segment.putLong(at + ENDS_AT, answer.endsAt());
            segment.putLong(at + CHECKED, answer.checked());
            segment.putLong(at + NUMBER, answer.basis().number());
            segment.put(at + ETAG, answer.etag().getBytes(StandardCharsets.US_ASCII));
            int next = at + CANONICAL;
            for (byte[] part : new byte[][] {canonical.bytes(), alias, tags, answer.body()}) {
                segment.put(next, part);
                next += part.length;
            }
            remember(place);
        } finally {
            lock.unlock();
        }
    }

    /** Lets what was sent lead to the answer to a canonical question, where there is one, instead of what has led there. */
    void alias(Question sent, Question canonical) {
        lock.lock();
        try {
            int place = place(canonical);
            if (place != NOWHERE && place(sent) != place) {
                put(canonical, sent, read(segment(place), at(place)));
            }
        } finally {
            lock.unlock();
        }
    }

    /** How many bytes are written to. */
    long bytes() {
        lock.lock();
        try {
            return Arrays.stream(used).asLongStream().sum();
        } finally {
            lock.unlock();
        }
    }

    private Answer read(ByteBuffer segment, int at) {
        int tags = at + CANONICAL + segment.getInt(at + CANONICAL_LENGTH) + segment.getInt(at + SENT_LENGTH);
        int body = tags + segment.getInt(at + TAGS_LENGTH);
        return new Answer(
                bytes(segment, body, at + segment.getInt(at + LENGTH) - body),
                text(segment, at + ETAG, Answer.ETAG_LENGTH),
                new Basis(epoch, segment.getLong(at + NUMBER)),
                tags(segment, tags, body),
                segment.getLong(at + MADE_AT),
                segment.getLong(at + ENDS_AT),
                segment.getLong(at + CHECKED));
    }

    private @Nullable Question sent(ByteBuffer segment, int at) {
        if (segment.get(at + HAS_SENT) == 0) {
            return null;
        }
        int from = at + CANONICAL + segment.getInt(at + CANONICAL_LENGTH);
        return new Question(
                segment.getChar(at + SENT_FORM),
                bytes(segment, from, segment.getInt(at + SENT_LENGTH)),
                visibilities.get(segment.get(at + VISIBILITY)),
                true);
    }

    /** Each with its length before it. */
    private static byte[] tags(Set<String> tags) {
        List<byte[]> each = new ArrayList<>(tags.size());
        int length = 0;
        for (String tag : tags) {
            byte[] text = tag.getBytes(StandardCharsets.UTF_8);
            each.add(text);
            length += Integer.BYTES + text.length;
        }
        ByteBuffer all = ByteBuffer.allocate(length);
        each.forEach(text -> all.putInt(text.length).put(text));
        return all.array();
    }

    private static Set<String> tags(ByteBuffer segment, int from, int to) {
        int first = segment.getInt(from);
        if (from + Integer.BYTES + first == to) {
            return Set.of(text(segment, from + Integer.BYTES, first));
        }
        Set<String> tags = new HashSet<>();
        for (int at = from; at < to; at += Integer.BYTES + segment.getInt(at)) {
            tags.add(text(segment, at + Integer.BYTES, segment.getInt(at)));
        }
        return tags;
    }

    private static String text(ByteBuffer segment, int at, int length) {
        return new String(bytes(segment, at, length), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(ByteBuffer segment, int at, int length) {
        byte[] bytes = new byte[length];
        segment.get(at, bytes);
        return bytes;
    }

    private byte visibility(String name) {
        int known = visibilities.indexOf(name);
        if (known < 0) {
            known = visibilities.size();
            visibilities.add(name);
        }
        return (byte) known;
    }

    private ByteBuffer segment(int place) {
        ByteBuffer segment = segments[place / segmentSize];
        if (segment == null) {
            throw new IllegalStateException("nothing was written there");
        }
        return segment;
    }

    private int at(int place) {
        return place % segmentSize;
    }

    /** A place for so many bytes. */
    private int room(int length) {
        if (used[newest] + length > segmentSize) {
            newest = (newest + 1) % SEGMENTS;
            renew(newest);
        }
        if (segments[newest] == null) {
            segments[newest] = ByteBuffer.allocate(segmentSize);
        }
        int place = newest * segmentSize + used[newest];
        used[newest] += length;
        return place;
    }

    /** Empties a segment but for what was asked for again, as far as that leaves room. */
    private void renew(int number) {
        ByteBuffer old = segments[number];
        if (old == null) {
            return;
        }
        List<Integer> staying = new ArrayList<>();
        int kept = 0;
        for (int at = 0; at < used[number]; at += old.getInt(at + LENGTH)) {
            int length = old.getInt(at + LENGTH);
            if (forget(number * segmentSize + at)
                    && old.get(at + IS_ASKED_AGAIN) != 0
                    && kept + length <= segmentSize / PART) {
                staying.add(at);
                kept += length;
            }
        }
        ByteBuffer fresh = spare == null ? ByteBuffer.allocate(segmentSize) : spare;
        segments[number] = fresh;
        spare = old;
        used[number] = 0;
        for (int at : staying) {
            int length = old.getInt(at + LENGTH);
            fresh.put(used[number], old, at, length);
            fresh.put(used[number] + IS_ASKED_AGAIN, (byte) 0);
            used[number] += length;
            remember(number * segmentSize + used[number] - length);
        }
    }

    private void clear() {
        Arrays.fill(index, 0);
        Arrays.fill(used, 0);
        indexed = 0;
        newest = 0;
    }

    /** Where the answer to a question is, or {@link #NOWHERE}. */
    private int place(Question question) {
        int mask = index.length - 1;
        for (int slot = slot(question.hashCode()); index[slot] != 0; slot = (slot + 1) & mask) {
            int place = index[slot] - 1;
            if (hashes[slot] == question.hashCode() && isOf(question, place)) {
                return place;
            }
        }
        return NOWHERE;
    }

    private boolean isOf(Question question, int place) {
        ByteBuffer segment = segment(place);
        int at = at(place);
        boolean isSent = question.isSent();
        if (segment.getChar(at + (isSent ? SENT_FORM : CANONICAL_FORM)) != question.form()
                || (isSent && segment.get(at + HAS_SENT) == 0)) {
            return false;
        }
        int from = at + CANONICAL + (isSent ? segment.getInt(at + CANONICAL_LENGTH) : 0);
        int length = segment.getInt(at + (isSent ? SENT_LENGTH : CANONICAL_LENGTH));
        return segment.slice(from, length).equals(ByteBuffer.wrap(question.bytes()))
                && visibilities.get(segment.get(at + VISIBILITY)).equals(question.visibility());
    }

    private int slot(int hash) {
        return (((hash ^ (hash >>> 15)) * 0x9E3779B1) >>> 7) & (index.length - 1);
    }

    /** Lets the questions of an answer lead to it. */
    private void remember(int place) {
        if (4 * (indexed + 2) > 3 * index.length) {
            grow();
        }
        ByteBuffer segment = segment(place);
        int at = at(place);
        add(segment.getInt(at + CANONICAL_HASH), place);
        if (segment.get(at + HAS_SENT) != 0) {
            add(segment.getInt(at + SENT_HASH), place);
        }
    }

    private void add(int hash, int place) {
        int mask = index.length - 1;
        int slot = slot(hash);
        while (index[slot] != 0) {
            slot = (slot + 1) & mask;
        }
        index[slot] = place + 1;
        hashes[slot] = hash;
        indexed++;
    }

    /** Lets nothing lead to an answer any more; says whether its canonical question did. */
    private boolean forget(int place) {
        ByteBuffer segment = segment(place);
        int at = at(place);
        boolean wasKnown = remove(segment.getInt(at + CANONICAL_HASH), place);
        if (wasKnown && segment.get(at + HAS_SENT) != 0) {
            remove(segment.getInt(at + SENT_HASH), place);
        }
        return wasKnown;
    }

    /** Those behind it in its run move up, so that no search ends before them. */
    private boolean remove(int hash, int place) {
        int mask = index.length - 1;
        int hole = slot(hash);
        while (index[hole] != place + 1 || hashes[hole] != hash) {
            if (index[hole] == 0) {
                return false;
            }
            hole = (hole + 1) & mask;
        }
        for (int next = (hole + 1) & mask; index[next] != 0; next = (next + 1) & mask) {
            if (((next - slot(hashes[next])) & mask) >= ((next - hole) & mask)) {
                index[hole] = index[next];
                hashes[hole] = hashes[next];
                hole = next;
            }
        }
        index[hole] = 0;
        indexed--;
        return true;
    }

    private void grow() {
        int[] places = index;
        int[] known = hashes;
        index = new int[2 * places.length];
        hashes = new int[2 * places.length];
        indexed = 0;
        for (int slot = 0; slot < places.length; slot++) {
            if (places[slot] != 0) {
                add(known[slot], places[slot] - 1);
            }
        }
    }
}
