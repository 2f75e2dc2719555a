package io.headgate.redis;

import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Requests to run Lua inside Redis. A script is sent whole each time: Redis compiles it once, and none is missing after a restart. */
public final class Eval {

    /** Scripts are constants: so many as there are in the code. */
    private static final Map<String, byte[]> ENCODED = new ConcurrentHashMap<>();

    private Eval() {}

    /**
     * A request that touches these keys.
     *
     * @param arguments bytes, or else what is sent as its text
     */
    public static Request request(String script, List<String> keys, Object... arguments) {
        byte[] encoded = ENCODED.computeIfAbsent(script, text -> text.getBytes(StandardCharsets.UTF_8));
        Request request = Request.cmd(Command.EVAL).arg(encoded).arg(keys.size());
        keys.forEach(request::arg);
        for (Object argument : arguments) {
            if (argument instanceof byte[] bytes) {
                request.arg(bytes);
            } else if (argument instanceof Buffer buffer) {
                request.arg(buffer);
            } else {
                request.arg(argument.toString());
            }
        }
        return request;
    }
}
