package io.headgate.leaderboard;

/**
 * The Lua that runs inside Redis. All keys of a leaderboard are in one slot: KEYS[1] is a sorted set, KEYS[2] a hash and KEYS[3]
 * a counter. The sorted set has scores with their signs turned, and members behind the number of the change that gave them
 * their score, in 16 digits: so equal scores are in the order in which they were reached. The hash has each member's number.
 */
final class LeaderboardScripts {

    /** {@code name} of the member ARGV[1] in the sorted set, {@code nil} where it is not in it. */
    private static final String NAME = """
            local number = redis.call('HGET', KEYS[2], ARGV[1])
            local name = number and number .. ARGV[1]
            """;

    /**
     * Records the score ARGV[2] for the member ARGV[1] by the rule ARGV[3], and answers {score, rank} with the sign turned and
     * from 0. A request ARGV[4] that KEYS[4] shows as done changes nothing; it shows it for ARGV[5] ms. Answers {'OTHER'} where
     * it shows another request, {'RANGE'} where the sum is no number.
     */
    static final String RECORD = NAME + """
            local done = ARGV[4] ~= '' and redis.call('GET', KEYS[4])
            if done and done ~= ARGV[4] then
              return {'OTHER'}
            end
            if not done or not name then
              local score = -tonumber(ARGV[2])
              local held = name and tonumber(redis.call('ZSCORE', KEYS[1], name))
              if held and ARGV[3] == 'SUM' then
                score = held + score
                if score ~= score or score == math.huge or score == -math.huge then
                  return {'RANGE'}
                end
              elseif held and ARGV[3] == 'BEST' then
                score = math.min(held, score)
              end
              if score ~= held then
                if name then
                  redis.call('ZREM', KEYS[1], name)
                end
                number = string.format('%016.0f', redis.call('INCR', KEYS[3]))
                name = number .. ARGV[1]
                redis.call('HSET', KEYS[2], ARGV[1], number)
                redis.call('ZADD', KEYS[1], string.format('%.17g', score), name)
              end
              if ARGV[4] ~= '' then
                redis.call('SET', KEYS[4], ARGV[4], 'PX', ARGV[5])
              end
            end
            return {redis.call('ZSCORE', KEYS[1], name), redis.call('ZRANK', KEYS[1], name)}
            """;

    static final String SIZE = "return {redis.call('ZCARD', KEYS[1])}";

    /** Answers {rank of the first, name, score, name, score ...} of the first ARGV[1]. */
    static final String TOP = """
            local places = redis.call('ZRANGE', KEYS[1], 0, ARGV[1] - 1, 'WITHSCORES')
            table.insert(places, 1, 0)
            return places
            """;

    /** Answers {rank of the member ARGV[1]}, {} where it is not there. */
    static final String RANK = NAME + """
            return name and {redis.call('ZRANK', KEYS[1], name)} or {}
            """;

    /** Answers as {@link #TOP} does of the member ARGV[1] and up to ARGV[2] on either side; {} where it is not there. */
    static final String AROUND = NAME + """
            if not name then
              return {}
            end
            local rank = redis.call('ZRANK', KEYS[1], name)
            local first = math.max(0, rank - ARGV[2])
            local places = redis.call('ZRANGE', KEYS[1], first, rank + ARGV[2], 'WITHSCORES')
            table.insert(places, 1, first)
            return places
            """;

    private LeaderboardScripts() {}
}
