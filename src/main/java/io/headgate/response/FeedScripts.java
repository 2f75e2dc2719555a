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

    /**
     * Tells of writes, with three arguments for each from ARGV[3] on: the writer, 1 where the write is over, the tags. The stream
     * keeps about ARGV[2] notices. Answers {epoch, number of the first}; the others have the numbers behind it.
     */
    static final String TELL = EpochScript.EPOCH + RENEW + """
            local last = redis.call('HINCRBY', KEYS[1], 'number', (#ARGV - 2) / 3)
            local first = last - (#ARGV - 2) / 3 + 1
            for i = 3, #ARGV, 3 do
              local writer, over, tags = ARGV[i], ARGV[i + 1], ARGV[i + 2]
              redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[2], string.format('%.0f-0', first + (i - 3) / 3),
                  'w', writer, 'e', over, 't', tags)
              if over == '1' then
                redis.call('HDEL', KEYS[2], writer)
              else
                redis.call('HSET', KEYS[2], writer, tags)
              end
            end
            return {epoch, first}
            """;

    private FeedScripts() {}
}
