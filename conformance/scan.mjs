// What scanners for GraphQL servers look for (graphql-cop, graphw00f, clairvoyance, InQL and others), asked by hand. Each
// check is something that must not be so.
import net from 'node:net';

const JSON_TYPE = { 'Content-Type': 'application/json' };
const TYPENAME = '{ __typename }';

/** Status, text and, where it is JSON, what an answer holds. */
async function ask(url, options) {
  const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(30_000), ...options });
  const text = await response.text();
  let json;
  try { json = JSON.parse(text); } catch { /* not JSON */ }
  return { status: response.status, headers: response.headers, text, json };
}

const post = (url, query, headers) =>
  ask(url, { method: 'POST', headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify({ query }) });

/** A request as a program without a browser's habits sends it, with no header but these. */
function raw(url, request) {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = net.connect(Number(port), hostname, () => socket.write(request));
    socket.setTimeout(30_000, () => socket.destroy(new Error('no answer')));
    socket.on('data', (part) => {
      text += part;
      // What is answered without its connection's end is only looked at for its status.
      if (!request.includes('Connection: close') && text.includes('\r\n\r\n')) socket.end();
    }).on('close', () => resolve(text)).on('error', reject);
  });
}

const isData = (answer) => answer.json?.data != null && !answer.json.errors;
const messages = (answer) => (answer.json?.errors ?? []).map((error) => error.message).join('\n');

const INTROSPECTION = 'query { __schema { queryType { name } types { name fields { name type { name } } } } }';
const TRACES = /stack ?trace|\bat [a-z]+\.[a-z.]+\(|\.java:\d+|exception|"tracing"|"debug"|caused by/i;

/** Documents that make engines talk about themselves. */
const PROVOCATIONS = [
  '', 'aaa', 'queryy { __typename }', 'query { __typename {', 'query ! { __typename }', 'query @skip { __typename }',
  'query @deprecated { __typename }', 'query @aaa@aaa { __typename }', '{ __typename @abc }', '{ __typename @deprecated }',
  '{ alias1$1: __typename }', 'query aa#aa { __typename }', '{ alias^_: __typename }', 'subscription { __typename }',
  '{ users }', '{ usres { nodes { id } } }', '{ users { nodes { idd } } }', '{ user(id: 5.5) { id } }', '{ user { id } }',
  '{ users(first: "x", store: NONE) { nodes { id } } }', 'query($a: Strng) { __typename }', '{ ...A }', 'type A { b: Int }',
  'qwerty cop { abc }', '{ __schema { directive } }', '{ user(id: "\u0000") { id } }', '{ node(id: "\' OR 1=1 --") { id } }',
  'mutation { createUser(input: {}) { id } }', 'mutation { deleteUser(id: "../../etc/passwd") { id } }',
];

const ENGINES = /graphql[- ]?java|antlr|validation error|quarkus|smallrye|vert\.?x|netty|apollo|graphene/i;

const CHECKS = {
  'introspection is answered': async ({ url, headers }) => isData(await post(url, INTROSPECTION, headers)),
  'introspection is answered by GET': async ({ url, headers }) => isData(await ask(
    `${url}?query=${encodeURIComponent(INTROSPECTION)}`, { headers: { Accept: 'application/json', ...headers } },
  )),
  'a type is described': async ({ url, headers }) =>
    (await post(url, '{ __type(name: "User") { name fields { name } } }', headers)).json?.data?.__type != null,
  'introspection hides in a fragment': async ({ url, headers }) => isData(await post(
    url, '{ ...A } fragment A on Query { x: __schema { types { name } } }', headers,
  )),
  'introspection goes round in circles': async ({ url, headers }) => isData(await post(
    url, `{ __schema { types { ${'fields { type { '.repeat(4)} name ${'} }'.repeat(4)} } } }`, headers,
  )),
  'names are suggested': async ({ url, headers }) => {
    for (const query of PROVOCATIONS) if (/did you mean|suggest/i.test(messages(await post(url, query, headers)))) return query;
    return false;
  },
  'an error tells of the inside': async ({ url, headers }) => {
    for (const query of PROVOCATIONS) if (TRACES.test((await post(url, query, headers)).text)) return query;
    return false;
  },
  'an error or a header tells of the engine': async ({ url, headers }) => {
    for (const query of PROVOCATIONS) {
      const answer = await post(url, query, headers);
      if (ENGINES.test(answer.text + [...answer.headers].join())) return `${query}: ${answer.text}`;
    }
    return false;
  },
  'an answer has extensions of a trace': async ({ url, headers }) =>
    (await post(url, TYPENAME, { ...headers, 'X-Apollo-Tracing': '1', 'Apollo-Federation-Include-Trace': 'ftv1' })).json?.extensions,
  'a hundred aliases run': async ({ url, headers }) => isData(await post(
    url, `{ ${Array.from({ length: 101 }, (_, i) => `alias${i}: __typename`).join('\n')} }`, headers,
  )),
  'five hundred equal fields run': async ({ url, headers }) => isData(await post(url, `{ ${'__typename\n'.repeat(500)} }`, headers)),
  'each of ten directives is looked at': async ({ url, headers }) =>
    (await post(url, `query cop { __typename ${'@aa'.repeat(10)} }`, headers)).json?.errors?.length >= 10,
  'hundreds of directives run': async ({ url, headers }) => isData(await post(
    url, `{ __typename ${'@include(if: true)'.repeat(500)} }`, headers,
  )),
  'a batch runs': async ({ url, headers }) => Array.isArray((await ask(url, {
    method: 'POST', headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify(Array(11).fill({ query: TYPENAME })),
  })).json),
  'fragments go round in circles': async ({ url, headers }) => !(await post(
    url, 'query { ...A } fragment A on Query { __typename ...B } fragment B on Query { ...A }', headers,
  )).json?.errors,
  'twenty levels run': async ({ url, headers }) => isData(await post(
    url, `{ ${'snapshots { nodes { database { '.repeat(7)} id ${'} } }'.repeat(7)} }`, headers,
  )),
  'a mutation runs by GET': async ({ url, headers }) => isData(await ask(
    `${url}?query=${encodeURIComponent('mutation { __typename }')}`, { headers: { Accept: 'application/json', ...headers } },
  )),
  'a query runs by a GET that a link can cause': async ({ url }) => {
    const { pathname, host } = new URL(url);
    const answer = await raw(url, `GET ${pathname}?query=%7B__typename%7D HTTP/1.1\r\nHost: ${host}\r\nAccept: */*\r\nConnection: close\r\n\r\n`);
    return answer.includes('"data"');
  },
  'a form, or text, runs': async ({ url, headers }) => {
    for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x', undefined]) {
      for (const body of [`query=${encodeURIComponent(TYPENAME)}`, JSON.stringify({ query: TYPENAME })]) {
        const answer = await ask(url, {
          method: 'POST', headers: type ? { 'Content-Type': type, ...headers } : headers, body: Buffer.from(body),
        });
        if (isData(answer)) return type;
      }
    }
    return false;
  },
  'a query in the URL of a POST runs': async ({ url, headers }) =>
    isData(await ask(`${url}?query=%7B__typename%7D`, { method: 'POST', headers })),
  'a page of another origin may read': async ({ url, headers }) => {
    const answer = await post(url, TYPENAME, { ...headers, Origin: 'https://evil.example' });
    return answer.headers.has('access-control-allow-origin');
  },
  'a page of another origin opens a WebSocket': async ({ url }) => {
    const { pathname, host } = new URL(url);
    const answer = await raw(url, `GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n`
      + 'Origin: https://evil.example\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n'
      + 'Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n');
    return answer.startsWith('HTTP/1.1 101');
  },
  'an IDE or a schema is served': async ({ origin }) => {
    for (const path of ['/graphiql', '/graphql', '/playground', '/console', '/altair', '/voyager', '/graphql-ui', '/q/graphql-ui',
      '/q/dev-ui', '/q/swagger-ui', '/q/openapi', '/graphql/schema.graphql', '/schema.graphql', '/q/metrics', '/q/health', '/']) {
      const answer = await ask(origin + path, { headers: { Accept: 'text/html,*/*;q=0.8' } });
      if (answer.status === 200 || /graphi?ql playground|graphiql|quarkus/i.test(answer.text)) return path;
    }
    return false;
  },
  'TRACE echoes': async ({ url }) => {
    const { pathname, host } = new URL(url);
    const answer = await raw(url, `TRACE ${pathname} HTTP/1.1\r\nHost: ${host}\r\nX-Secret: 7\r\nConnection: close\r\n\r\n`);
    return answer.startsWith('HTTP/1.1 200') || answer.includes('X-Secret');
  },
  'an answer may be sniffed, framed or kept': async ({ url, headers }) => {
    const answer = await post(url, TYPENAME, headers);
    return answer.headers.get('x-content-type-options') !== 'nosniff' || answer.headers.get('x-frame-options') !== 'DENY'
      || answer.headers.get('cache-control') !== 'no-store' || !answer.headers.has('content-security-policy');
  },
};

export async function scan(gateway, headers = {}) {
  const findings = [];
  for (const [what, check] of Object.entries(CHECKS)) {
    const found = await check({ ...gateway, headers });
    if (found) findings.push(`${what}${found === true ? '' : `: ${typeof found === 'string' ? found : JSON.stringify(found)}`}`);
  }
  return { count: Object.keys(CHECKS).length, findings };
}

/** Whether anybody gets data without credentials. */
export async function anonymous({ url }) {
  const findings = [];
  const fields = ['users(first: 1) { totalCount }', 'databases { id }', 'operations { nodes { id } }', 'node(id: "x") { id }'];
  for (const field of fields) {
    const answer = await post(url, `{ ${field} }`, {});
    if (answer.status !== 401) findings.push(`without credentials: ${field}: ${answer.status}`);
  }
  return { count: fields.length, findings };
}
