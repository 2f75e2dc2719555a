package io.headgate.user.cache;

import io.headgate.redis.Eval;
import io.headgate.redis.RedisLink;
import io.headgate.redis.Together;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A connection to Redis. Each step is a command, or a part of a script, which in a cluster has one key. */
final class RedisCacheLink implements CacheLink {

    /** How many writers' marks are one script: each has two keys or three. */
    private static final int MARKINGS_A_SCRIPT = 64;

    private final RedisLink link;
    private final Together<Announced, Marked> together = new Together<>(MARKINGS_A_SCRIPT, this::mark);
    private volatile boolean clustered;

    RedisCacheLink(RedisLink link) {
        this.link = link;
    }

    @Override
    public Future<String> epoch(String key, String token, boolean renew) {
        return link.send(Eval.request(CacheScripts.EPOCH, List.of(key), token, renew ? 1 : 0))
                .map(answer -> {
                    clustered = "cluster".equals(answer.get(1).toString());
                    return answer.get(0).toString();
                });
    }

    @Override
    public Future<@Nullable String> epoch(String key) {
        return link.send(get(key)).map(answer -> answer == null ? null : answer.toString());
    }

    /** One command, except in a cluster, where the client mixes up the values of a split MGET. */
    @Override
    public Future<List<byte @Nullable []>> read(String epochKey, List<String> keys) {
        List<String> all = Stream.concat(Stream.of(epochKey), keys.stream()).toList();
        if (clustered) {
            return Future.all(all.stream().map(key -> link.send(get(key))).toList())
                    .map(answers -> values(answers.<@Nullable Response>list()));
        }
        Request request = Request.cmd(Command.MGET);
        all.forEach(request::arg);
        return link.send(request).map(answer -> {
            List<@Nullable Response> answers = new ArrayList<>(all.size());
            for (int i = 0; i < all.size(); i++) {
                answers.add(answer.get(i));
            }
            return values(answers);
        });
    }

    @Override
    public List<Future<LeaseAnswer>> lease(List<String> keys, byte[] lease, Duration ttl, boolean byForce) {
        return each(
                keys,
                some -> Eval.request(CacheScripts.LEASE, some, lease, ttl.toMillis(), byForce ? 1 : 0),
                held -> held == null
                        ? LeaseAnswer.given(new String(lease, StandardCharsets.US_ASCII))
                        : LeaseAnswer.refused(held.toBytes()));
    }

    @Override
    public List<Future<Boolean>> fill(List<Fill> fills) {
        return each(
                fills,
                some -> Eval.request(
                        CacheScripts.FILL,
                        some.stream().map(Fill::key).toList(),
                        some.stream()
                                .flatMap(fill -> Stream.of(
                                        fill.ticket(), fill.entry(), fill.ttl().toMillis()))
                                .toArray()),
                RedisCacheLink::isOne);
    }

    /** One command for all parts, except in a cluster, where each has its own server; an answer for each. */
    private <P, A> List<Future<A>> each(
            List<P> parts, Function<List<P>, Request> command, Function<@Nullable Response, A> reader) {
        List<Future<A>> answers = new ArrayList<>(parts.size());
        List<List<P>> commands = clustered ? parts.stream().map(List::of).toList() : List.of(parts);
        for (List<P> some : commands) {
            Future<Response> sent = link.send(command.apply(some));
            for (int i = 0; i < some.size(); i++) {
                int number = i;
                answers.add(sent.map(all -> reader.apply(all.get(number))));
            }
        }
        return answers;
    }

    @Override
    public Future<Marked> mark(String epochKey, Marking marking) {
        if (!clustered) {
            return together.ask(new Announced(epochKey, marking));
        }
        List<Future<Boolean>> marks = marking.keys().stream()
                .map(key -> {
                    List<Object> arguments = new ArrayList<>();
                    add(arguments, marking, key);
                    return link.send(Eval.request(CacheScripts.MARK, List.of(key), arguments.toArray()))
                            .map(answer -> isOne(answer.get(0)));
                })
                .toList();
        Future<@Nullable String> epoch = epoch(epochKey);
        return Future.all(Future.all(marks), epoch).map(all -> Marked.of(marking, marks, epoch.result()));
    }

    /** One script for the marks of several writers. */
    private Future<List<Marked>> mark(List<Announced> all) {
        List<String> keys = new ArrayList<>();
        List<Object> arguments = new ArrayList<>();
        for (Announced one : all) {
            for (String key : one.marking.keys()) {
                keys.add(key);
                add(arguments, one.marking, key);
            }
        }
        keys.add(all.get(0).epochKey);
        return link.send(Eval.request(CacheScripts.MARK_AND_EPOCH, keys, arguments.toArray()))
                .map(answer -> {
                    Response epoch = answer.get(keys.size() - 1);
                    List<Marked> marked = new ArrayList<>(all.size());
                    int next = 0;
                    for (Announced one : all) {
                        Set<String> held = new HashSet<>();
                        for (String key : one.marking.keys()) {
                            if (isOne(answer.get(next++))) {
                                held.add(key);
                            }
                        }
                        marked.add(new Marked(epoch == null ? null : epoch.toString(), held));
                    }
                    return marked;
                });
    }

    private static void add(List<Object> arguments, Marking marking, String key) {
        Written given = marking.written();
        Written written = given == null || !given.key().equals(key) ? null : given;
        arguments.add(marking.writer());
        arguments.add((written == null ? marking.ttl() : written.ttl()).toMillis());
        arguments.add(written == null ? "" : written.entry());
    }

    private static boolean isOne(@Nullable Response answer) {
        return answer != null && answer.toInteger() == 1;
    }

    private record Announced(String epochKey, Marking marking) {}

    @Override
    public Future<Void> remove(String key) {
        return link.send(Request.cmd(Command.DEL).arg(key)).mapEmpty();
    }

    @Override
    public boolean isClustered() {
        return clustered;
    }

    @Override
    public CacheFailure kindOf(Throwable failure) {
        if (failure instanceof TimeoutException) {
            return CacheFailure.TIMEOUT;
        }
        if (failure instanceof RedisLink.TooManyCommandsException || failure instanceof RedisLink.ClosedLinkException) {
            return CacheFailure.REJECTED;
        }
        if (failure instanceof ErrorType error && !error.is("CONNECTION_CLOSED")) {
            // From a script the code is inside the message.
            return String.valueOf(error.getMessage()).contains("OOM command not allowed")
                    ? CacheFailure.FULL
                    : CacheFailure.REPLY;
        }
        return CacheFailure.CONNECTION;
    }

    @Override
    public void onBroken(Runnable callback) {
        link.onBroken(callback);
    }

    @Override
    public void close() {
        link.close();
    }

    private static Request get(String key) {
        return Request.cmd(Command.GET).arg(key);
    }

    private static List<byte @Nullable []> values(List<@Nullable Response> answers) {
        List<byte @Nullable []> values = new ArrayList<>(answers.size());
        answers.forEach(answer -> values.add(bytes(answer)));
        return values;
    }

    private static byte @Nullable [] bytes(@Nullable Response answer) {
        return answer == null ? null : answer.toBytes();
    }
}
