package io.headgate.user.changes;

import io.headgate.redis.EpochScript;

/**
 * The Lua that runs inside Redis. All keys are in one slot: KEYS[1] is a hash of the epoch, the last number, the token of
 * each store's reader and the positions that each store was read to; KEYS[2] the stream of changes, whose identifiers are
 * their numbers; KEYS[3] who reads the store.
 */
final class LogScripts {

    /**
     * Lets the holder ARGV[2] read the store ARGV[3] for ARGV[4] ms where nobody else does, under a token that no reader had
     * before. Answers {epoch, token, partition, position, ...}; {} where somebody else does. Begins a log, of the epoch
     * ARGV[1], where there is none.
     */
    static final String CLAIM = EpochScript.EPOCH + """
            local holder = redis.call('GET', KEYS[3])
            if holder and holder ~= ARGV[2] then
              return {}
            end
            if not epoch then
              redis.call('DEL', KEYS[1], KEYS[2])
              epoch = ARGV[1] .. run
              redis.call('HSET', KEYS[1], 'epoch', epoch, 'number', 0)
            end
            redis.call('SET', KEYS[3], ARGV[2], 'PX', ARGV[4])
            local answer = {epoch, redis.call('HINCRBY', KEYS[1], 't:' .. ARGV[3], 1)}
            local prefix = 'p:' .. ARGV[3] .. ':'
            local all = redis.call('HGETALL', KEYS[1])
            for i = 1, #all, 2 do
              if all[i]:sub(1, #prefix) == prefix then
                answer[#answer + 1] = all[i]:sub(#prefix + 1)
                answer[#answer + 1] = all[i + 1]
              end
            end
            return answer
            """;

    /** Whether the epoch ARGV[1] is this one, and the token ARGV[2] that of the last reader of the store ARGV[3]. */
    private static final String HELD = EpochScript.EPOCH + """
            if epoch ~= ARGV[1] or redis.call('HGET', KEYS[1], 't:' .. ARGV[3]) ~= ARGV[2] then
              return -1
            end
            """;

    /** Goes on reading for ARGV[5] ms as the holder ARGV[4]; answers -1 where somebody else does. */
    static final String KEEP = HELD + """
            redis.call('SET', KEYS[3], ARGV[4], 'PX', ARGV[5])
            return 0
            """;

    /** Lets others read what the holder ARGV[1] reads. */
    static final String RELEASE = """
            if redis.call('GET', KEYS[3]) == ARGV[1] then
              redis.call('DEL', KEYS[3])
            end
            return 0
            """;

    /**
     * Appends changes and moves the partition ARGV[4] from ARGV[5] to ARGV[6], all or nothing; an absent position is ''.
     * About ARGV[7] changes are kept. Where ARGV[8] is 1, the store's other positions end and an entry says that what was
     * before may be missing. Then follow the kind, the time, the key and the bytes of each change. Answers the last number;
     * -1 where this is not the reader, or the partition is elsewhere.
     */
    static final String APPEND = HELD + """
            local prefix = 'p:' .. ARGV[3] .. ':'
            if (redis.call('HGET', KEYS[1], prefix .. ARGV[4]) or '') ~= ARGV[5] then
              return -1
            end
            local number = redis.call('HGET', KEYS[1], 'number')
            local function add(kind, at, key, bytes)
              number = number + 1
              redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[7], string.format('%.0f-0', number),
                's', ARGV[3], 'k', kind, 'a', at, 'i', key, 'u', bytes)
            end
            if ARGV[8] == '1' then
              for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
                if field:sub(1, #prefix) == prefix then
                  redis.call('HDEL', KEYS[1], field)
                end
              end
              add('B', '0', '', '')
              local begun = redis.call('HGET', KEYS[1], 'begun') or ''
              if not begun:find(ARGV[3], 1, true) then
                redis.call('HSET', KEYS[1], 'begun', begun .. ARGV[3])
              end
            end
            for i = 9, #ARGV, 4 do
              add(ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3])
            end
            redis.call('HSET', KEYS[1], 'number', string.format('%.0f', number))
            if ARGV[6] == '' then
              redis.call('HDEL', KEYS[1], prefix .. ARGV[4])
            else
              redis.call('HSET', KEYS[1], prefix .. ARGV[4], ARGV[6])
            end
            return tonumber(number)
            """;

    /**
     * Answers {epoch, last number, the stores that have begun, number, store, kind, time, key, bytes, number, ...} for what comes after the number ARGV[2]
     * of the epoch ARGV[1], up to ARGV[3] changes and about ARGV[4] bytes. Without changes where that is not the epoch any
     * more; {} where there is no log.
     */
    static final String READ = EpochScript.EPOCH + """
            if not epoch then
              return {}
            end
            local answer = {epoch, tonumber(redis.call('HGET', KEYS[1], 'number')), redis.call('HGET', KEYS[1], 'begun') or ''}
            if epoch ~= ARGV[1] then
              return answer
            end
            local after, left, bytes = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
            while left > 0 and bytes > 0 do
              local some = redis.call('XRANGE', KEYS[2], '(' .. after .. '-0', '+', 'COUNT', math.min(left, 16))
              for _, entry in ipairs(some) do
                if bytes > 0 then
                  after = entry[1]:match('^%d+')
                  answer[#answer + 1] = tonumber(after)
                  for field = 2, 10, 2 do
                    answer[#answer + 1] = entry[2][field]
                  end
                  bytes = bytes - #entry[2][10]
                end
              end
              left = #some < 16 and 0 or left - #some
            end
            return answer
            """;

    private LogScripts() {}
}
