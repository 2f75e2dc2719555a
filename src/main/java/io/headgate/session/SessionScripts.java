package io.headgate.session;

/**
 * The Lua that runs inside Redis, each on one key. A session is two: a record by the hash of its token, and an entry among its
 * user's, a sorted set of hashes by when they end. The entry alone decides whether the session lives, so that all of a
 * user's end at once, in whichever slots their records are. What is not there does not live: losing either ends a session,
 * and nothing begins one again.
 */
final class SessionScripts {

    /** {@code now} in milliseconds, and what forgets the set when its last session ends. */
    private static final String COMMON = """
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            local function text(number)
              return string.format('%.0f', number)
            end
            local function put(session, ends)
              redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', text(now))
              redis.call('ZADD', KEYS[1], text(ends), session)
              redis.call('PEXPIREAT', KEYS[1], redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')[2])
            end
            """;

    /** Puts the record ARGV[1] for ARGV[2] ms. */
    static final String WRITE = "return {redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]).ok}";

    /** Answers {record} or {}. With ARGV[1] of 1 it is kept as long again as its first word says in milliseconds. */
    static final String READ = """
            local record = redis.call('GET', KEYS[1])
            if not record then
              return {}
            end
            if ARGV[1] == '1' then
              redis.call('PEXPIRE', KEYS[1], record:match('^%d+'))
            end
            return {record}
            """;

    static final String REMOVE = "return {redis.call('DEL', KEYS[1])}";

    /** Begins the session ARGV[1] for ARGV[2] ms and answers {when it ends}, {} where ARGV[3] sessions live. */
    static final String BEGIN = COMMON + """
            if redis.call('ZCOUNT', KEYS[1], '(' .. text(now), '+inf') >= tonumber(ARGV[3]) then
              return {}
            end
            put(ARGV[1], now + ARGV[2])
            return {text(now + ARGV[2])}
            """;

    /** Answers {when the session ARGV[1] ends}, {} where it does not live. With ARGV[2] of more than 0 it lives so many ms more. */
    static final String LOOK = COMMON + """
            local ends = tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]) or 0)
            if ends <= now then
              return {}
            end
            if ARGV[2] ~= '0' then
              ends = now + ARGV[2]
              put(ARGV[1], ends)
            end
            return {text(ends)}
            """;

    /** Ends the session ARGV[1] and answers {1}, {0} where it did not live. */
    static final String END = COMMON + """
            local ends = tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]) or 0)
            redis.call('ZREM', KEYS[1], ARGV[1])
            return {ends > now and 1 or 0}
            """;

    /** Ends all sessions of a user and answers {how many lived}. */
    static final String END_ALL = COMMON + """
            local living = redis.call('ZCOUNT', KEYS[1], '(' .. text(now), '+inf')
            redis.call('DEL', KEYS[1])
            return {living}
            """;

    private SessionScripts() {}
}
