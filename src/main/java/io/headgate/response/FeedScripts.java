package io.headgate.response;

import io.headgate.redis.EpochScript;

/**
 * The Lua that runs inside Redis. All keys are in one slot: KEYS[1] is a hash of the epoch and the last number, KEYS[2] a
 * hash of the writes that run, by their writers, KEYS[3] the stream of notices, whose identifiers are their numbers.
 */
final class FeedScripts {

    /** Sets the epoch ARGV[1] where there is none. */
    private static final String RENEW = """
            if not epoch then
              redis.call('DEL', KEYS[1], KEYS[2], KEYS[3])
              epoch = ARGV[1] .. run
              redis.call('HSET', KEYS[1], 'epoch', epoch, 'number', 0)
            end
            """;

    /** Answers {epoch, last number, writer, tags, writer, tags ...}. With ARGV[2] of 1 the epoch is a new one. */
    static final String ENTER = EpochScript.EPOCH + """
            if ARGV[2] == '1' then
              epoch = false
            end
            """ + RENEW + """
            local answer = {epoch, tonumber(redis.call('HGET', KEYS[1], 'number'))}
            for _, each in ipairs(redis.call('HGETALL', KEYS[2])) do
              answer[#answer + 1] = each
            end
            return answer
            """;

    /**
     * Answers {epoch, last number, number, writer, 1 or 0, tags, number ...} for what comes after the number ARGV[2] of the
     * epoch ARGV[1], up to ARGV[3] notices; {} where there is another epoch.
     */
    static final String POLL = EpochScript.EPOCH + """
            if epoch ~= ARGV[1] then
              return {}
            end
            local answer = {epoch, tonumber(redis.call('HGET', KEYS[1], 'number'))}
            local notices = redis.call('XRANGE', KEYS[3], (ARGV[2] + 1) .. '-0', '+', 'COUNT', ARGV[3])
            for _, notice in ipairs(notices) do
              answer[#answer + 1] = tonumber(notice[1]:match('^%d+'))
              answer[#answer + 1] = notice[2][2]
              answer[#answer + 1] = tonumber(notice[2][4])
              answer[#answer + 1] = notice[2][6]
            end
            return answer
            """;

    /** Tells of the write of the writer ARGV[2], that it is over where ARGV[3] is 1, with the tags ARGV[4]. Answers {epoch, number}. */
    static final String TELL = EpochScript.EPOCH + RENEW + """
            local number = redis.call('HINCRBY', KEYS[1], 'number', 1)
            redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[5], number .. '-0', 'w', ARGV[2], 'e', ARGV[3], 't', ARGV[4])
            if ARGV[3] == '1' then
              redis.call('HDEL', KEYS[2], ARGV[2])
            else
              redis.call('HSET', KEYS[2], ARGV[2], ARGV[4])
            end
            return {epoch, number}
            """;

    private FeedScripts() {}
}
