-- wrk's script: sends the bodies of a file (one on each line) in turn, and prints what was measured as JSON.
-- Where a query is named Q00000000, each request gets another number, so that no text comes twice in a run.
local requests = {}
local next_request = 0
local fresh = false
local texts = 0

function init(arguments)
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  for body in io.lines(arguments[1]) do
    fresh = fresh or body:find("Q00000000", 1, true) ~= nil
    requests[#requests + 1] = wrk.format(nil, nil, nil, body)
  end
end

function request()
  next_request = next_request % #requests + 1
  if not fresh then
    return requests[next_request]
  end
  texts = texts + 1
  return (requests[next_request]:gsub("Q00000000", string.format("Q%08d", texts), 1))
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format(
    '{"requests":%d,"micros":%d,"failed":%d,"p50":%d,"p99":%d,"p999":%d,"cpuSeconds":%.3f}',
    summary.requests, summary.duration,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50), latency:percentile(99), latency:percentile(99.9), os.clock()))
end
