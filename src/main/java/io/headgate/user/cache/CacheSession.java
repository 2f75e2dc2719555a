package io.headgate.user.cache;

import io.headgate.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A time during which the cache is used under one epoch.
 *
 * @param prefix what every key begins with
 * @param epoch the epoch as Redis keeps it: a token that never repeats, a point, the server's run
 * @param renewedAt the gate's tick before which every write had been made when the epoch was set; 0 when unknown
 * @param clustered whether keys are spread over servers, so that one command can't have several
 */
record CacheSession(RedisLink link, String prefix, String epoch, long renewedAt, boolean clustered) {

    /** The key under which Redis keeps the epoch. */
    static String epochKey(String prefix) {
        return prefix + ":epoch";
    }

    /** The key of an entry in this epoch. */
    String key(String name) {
        return prefix + ":" + epoch.substring(0, epoch.indexOf('.')) + ":" + name;
    }

    Request epochRequest() {
        return Request.cmd(Command.GET).arg(epochKey(prefix));
    }

    boolean isEpoch(@Nullable Response value) {
        return value != null && epoch.equals(value.toString());
    }

    Request eval(String script, String name, Object... arguments) {
        return eval(script, List.of(key(name)), arguments);
    }

    static Request eval(String script, List<String> keys, Object... arguments) {
        Request request = Request.cmd(Command.EVAL).arg(script).arg(keys.size());
        keys.forEach(request::arg);
        for (Object argument : arguments) {
            if (argument instanceof byte[] bytes) {
                request.arg(io.vertx.core.buffer.Buffer.buffer(bytes));
            } else {
                request.arg(argument.toString());
            }
        }
        return request;
    }

    /** The commands that read values: one, except in a cluster, where the client mixes up the values of a split MGET. */
    List<Request> reads(List<String> names) {
        if (!clustered) {
            Request request = Request.cmd(Command.MGET).arg(epochKey(prefix));
            names.forEach(name -> request.arg(key(name)));
            return List.of(request);
        }
        List<Request> requests = new ArrayList<>(names.size() + 1);
        requests.add(epochRequest());
        names.forEach(name -> requests.add(Request.cmd(Command.GET).arg(key(name))));
        return requests;
    }

    /** The values that the {@link #reads} were answered with: the epoch, then one a name. */
    List<@Nullable Response> values(List<@Nullable Response> answers) {
        if (clustered) {
            return answers;
        }
        Response answer = answers.get(0);
        List<@Nullable Response> values = new ArrayList<>();
        for (int i = 0; answer != null && i < answer.size(); i++) {
            values.add(answer.get(i));
        }
        return values;
    }

    static <T> Future<List<T>> all(List<Future<T>> futures) {
        return Future.all(futures).map(all -> all.<T>list());
    }
}
