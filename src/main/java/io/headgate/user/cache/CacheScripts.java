package io.headgate.user.cache;

/** The Lua that runs inside Redis, each on one key or on as many as are given; in a cluster, on one. */
final class CacheScripts {

    /**
     * Answers {epoch, mode of the server}. Sets the epoch ARGV[1] where ARGV[2] is 1, there is none, or the one there was
     * set in another run of the server: what an old snapshot or a promoted replica brings back must not be believed.
     */
    static final String EPOCH = """
            local server = redis.call('INFO', 'server')
            if not redis.call('INFO', 'replication'):find('role:master', 1, true) then
              return redis.error_reply('READONLY this is a replica')
            end
            local run = '.' .. (server:match('run_id:(%w+)') or 'unknown')
            local epoch = redis.call('GET', KEYS[1])
            if ARGV[2] == '1' or not epoch or epoch:sub(-#run) ~= run then
              epoch = ARGV[1] .. run
              redis.call('SET', KEYS[1], epoch)
            end
            return {epoch, server:match('redis_mode:(%w+)') or 'standalone'}
            """;

    /**
     * Takes the lease ARGV[1] for ARGV[2] ms under each key and answers nil for it; where something is there, leaves and
     * answers it. With ARGV[3] of 1 only marks are left.
     */
    static final String LEASE = """
            local held = redis.call('MGET', unpack(KEYS))
            for i, key in ipairs(KEYS) do
              if not held[i] or (ARGV[3] == '1' and held[i]:sub(1, 1) ~= 'W') then
                redis.call('SET', key, ARGV[1], 'PX', ARGV[2])
                held[i] = false
              end
            end
            return held
            """;

    /**
     * Three arguments for each key: a lease, an entry, and how many ms that stays. Sets the entry and answers 1 for it where the
     * lease still holds, otherwise 0.
     */
    static final String FILL = """
            local filled = {}
            for i, key in ipairs(KEYS) do
              filled[i] = 0
              if redis.call('GET', key) == ARGV[3 * i - 2] then
                redis.call('SET', key, ARGV[3 * i - 1], 'PX', ARGV[3 * i])
                filled[i] = 1
              end
            end
            return filled
            """;

    private static final String MARKS = """
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            local answer = {}
            for i = 1, #ARGV / 3 do
              local key, writer, ttl, entry = KEYS[i], ARGV[3 * i - 2], tonumber(ARGV[3 * i - 1]), ARGV[3 * i]
              local kind, marks, last = 'W=', '', 0
              answer[i] = 0
              if redis.call('GETRANGE', key, 0, 0) == 'W' then
                local held = redis.call('GET', key)
                kind = held:sub(1, 2) == 'W=' and 'W=' or 'W'
                for name, till in held:gmatch('(%w+)@(%d+)') do
                  if name == writer then
                    answer[i] = 1
                  elseif tonumber(till) > now then
                    kind = 'W'
                    marks = marks .. ' ' .. name .. '@' .. till
                    last = math.max(last, tonumber(till))
                  end
                end
              end
              if ttl > 0 and entry == '' then
                marks = marks .. ' ' .. writer .. '@' .. string.format('%.0f', now + ttl)
                last = math.max(last, now + ttl)
              end
              if last > 0 then
                redis.call('SET', key, kind .. marks, 'PX', string.format('%.0f', last - now))
              elseif entry ~= '' and answer[i] == 1 and kind == 'W=' then
                redis.call('SET', key, entry, 'PX', ARGV[3 * i - 1])
              else
                redis.call('DEL', key)
              end
            end
            """;

    /** As {@link #MARK_AND_EPOCH} without the epoch, so that it also runs in a cluster, on one key. */
    static final String MARK = MARKS + "return answer";

    /**
     * Three arguments for each key but the last, which is that of the epoch: a writer, for how many ms its mark is put there in
     * place of whatever is there but other writers' marks, and nothing. With 0 ms it takes the mark away, and removes whatever is
     * there but other writers' marks. With an entry it takes the mark away, too, and puts the entry there for so many ms, if there was
     * no other writer since the mark was put: only marks of writers who met nobody begin with {@code W=}. Answers for each 1 where
     * the writer's mark was there already, otherwise 0; then the epoch.
     */
    static final String MARK_AND_EPOCH = MARKS + """
            answer[#KEYS] = redis.call('GET', KEYS[#KEYS])
            return answer
            """;

    private CacheScripts() {}
}
