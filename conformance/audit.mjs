// The audit suite of npm's graphql-http, every audit of it: anything but "ok" is told.
import { serverAudits } from 'graphql-http';

export async function audit(url, headers = {}) {
  const fetchFn = (target, options = {}) => fetch(target, { ...options, headers: { ...options.headers, ...headers } });
  const results = await Promise.all(serverAudits({ url, fetchFn }).map((each) => each.fn()));
  return {
    count: results.length,
    findings: results.filter((each) => each.status !== 'ok')
      .map((each) => `${each.status} ${each.id} ${each.name}: ${each.reason}`),
  };
}
