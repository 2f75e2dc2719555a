package io.headgate.message;

/**
 * The Lua that runs inside Redis. All keys of a channel are in one slot: KEYS[1] is a stream, KEYS[2] counts what was ever
 * published.
 */
final class MessageScripts {

    /**
     * Publishes ARGV[1], keeps ARGV[2] messages for ARGV[3] ms and rings the bell ARGV[4] with ARGV[5]. Answers {id, count}. A
     * request ARGV[6] that KEYS[3] shows as done publishes nothing and answers what it answered; it shows it for ARGV[7] ms.
     * Answers {'OTHER'} where it shows another request.
     */
    static final String PUBLISH = """
            if ARGV[6] ~= '' then
              local done = redis.call('HMGET', KEYS[3], 'request', 'id', 'count')
              if done[1] then
                return done[1] == ARGV[6] and {done[2], done[3]} or {'OTHER'}
              end
            end
            local count = string.format('%.0f', redis.call('INCR', KEYS[2]))
            local id = redis.call('XADD', KEYS[1], 'MAXLEN', ARGV[2], '*', 'count', count, 'body', ARGV[1])
            redis.call('PEXPIRE', KEYS[1], ARGV[3])
            redis.call('PEXPIRE', KEYS[2], ARGV[3] + ARGV[7])
            if ARGV[6] ~= '' then
              redis.call('HSET', KEYS[3], 'request', ARGV[6], 'id', id, 'count', count)
              redis.call('PEXPIRE', KEYS[3], ARGV[7])
            end
            redis.call('PUBLISH', ARGV[4], ARGV[5])
            return {id, count}
            """;

    /** Answers {id, count} of the last message, 0-0 where none is kept. */
    static final String LAST = """
            local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
            return {last and last[1] or '0-0', redis.call('GET', KEYS[2]) or '0'}
            """;

    /** Answers {id, count, body, id, count, body ...} from the id ARGV[1] on, of at most ARGV[2] messages. */
    static final String READ = """
            local answer = {}
            for _, message in ipairs(redis.call('XRANGE', KEYS[1], ARGV[1], '+', 'COUNT', ARGV[2])) do
              answer[#answer + 1] = message[1]
              answer[#answer + 1] = message[2][2]
              answer[#answer + 1] = message[2][4]
            end
            return answer
            """;

    private MessageScripts() {}
}
