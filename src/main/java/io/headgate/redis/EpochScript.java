package io.headgate.redis;

/** The Lua by which a feature knows that Redis still has all that it was told, inside the script that relies on it. */
public final class EpochScript {

    /**
     * Begins a script whose KEYS[1] is a hash with the field {@code epoch}: gives the local {@code epoch}, or {@code false}
     * where there is none that was set in this run of the server, and {@code run}, with which a new one must end. What an
     * old snapshot or a promoted replica brings back is thus not believed. A run has 40 hexadecimal digits.
     */
    public static final String EPOCH = """
            local server = redis.call('INFO', 'server')
            if not redis.call('INFO', 'replication'):find('role:master', 1, true) then
              return redis.error_reply('READONLY this is a replica')
            end
            local at = server:find('run_id:', 1, true)
            local run = '.' .. (at and server:sub(at + 7, at + 46) or 'unknown')
            local epoch = redis.call('HGET', KEYS[1], 'epoch')
            if epoch and epoch:sub(-#run) ~= run then
              epoch = false
            end
            """;

    private EpochScript() {}
}
