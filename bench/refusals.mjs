// What refused requests cost: the CPU time of the packaged gateway, its JIT compiler left out, per request, once it is warm.
//   node bench/refusals.mjs [requests of each kind]
import { readFileSync, readdirSync } from 'node:fs';
import http from 'node:http';
import { startCloud, startGateway } from '../conformance/gateway.mjs';

const REQUESTS = Number(process.argv[2] ?? 2_000);
const CLIENTS = 4;
/** In milliseconds: what /proc counts in. */
const TICK = 10;

const many = (count, text) => Array.from({ length: count }, (_, i) => text.replaceAll('#', i)).join(' ');
const nested = (depth, open, close, leaf = '') => open.repeat(depth) + leaf + close.repeat(depth);

/** Each at the size that costs most, within the limits that are looked at before it and past the one that refuses it. */
const REFUSALS = {
  'a list of 1,001 ids': { query: `{ nodes(ids: [${many(1_001, '"rds:#"')}]) { id } }` },
  'a list of 1,001 ids in a variable': {
    query: 'query($ids: [ID!]!) { nodes(ids: $ids) { id } }',
    variables: { ids: Array.from({ length: 1_001 }, (_, i) => `rds:${i}`) },
  },
  'a list of 30,000 ids in a variable': {
    query: 'query($ids: [ID!]!) { nodes(ids: $ids) { id } }',
    variables: { ids: Array.from({ length: 30_000 }, (_, i) => `rds:${i}`) },
  },
  '1,500 equal fields': { query: `{ ${'__typename '.repeat(1_500)}}` },
  '1,500 equal fields below the root': { query: `{ database(id: "rds:a") { ${'id '.repeat(1_500)}} }` },
  'as many equal fields as may be, and one that is wrong': { query: `{ database(id: "rds:a") { ${'id '.repeat(248)} x } }` },
  'as many wrong fields as may be': { query: `{ database(id: "rds:a") { ${many(249, 'x#')} } }` },
  '990 wrong fields': { query: `{ database(id: "rds:a") { ${many(990, 'x#')} } }` },
  '30 aliases of equal fields with other arguments': {
    query: `{ database(id: "rds:a") { ${many(15, 'a: id')} ${many(15, 'a: name')} } }`,
  },
  '2,001 tokens': { query: `{ nodes(ids: [${many(1_995, '"a"')}]) { id } }` },
  '65,537 characters': { query: `{ __typename }${' '.repeat(65_524)}` },
  '17 levels': { query: nested(17, '{ a ', '}', 'b') },
  '31 aliases': { query: `{ database(id: "rds:a") { ${many(31, 'a#: id')} } }` },
  '21 directives': { query: `{ __typename ${'@include(if: true) '.repeat(21)}}` },
  '21 fields at the root': { query: `{ ${'__typename '.repeat(21)}}` },
  'fragments that double thirty times': {
    query: `{ ...f0 } ${many(30, 'fragment f# on Query { ...g# ...g# }')} ${many(29, 'fragment g# on Query { ...f# }')} fragment g29 on Query { __typename }`,
  },
  'fragments that include each other': { query: '{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }' },
  'many unused fragments': { query: `{ __typename } ${many(140, 'fragment f# on Query { __typename }')}` },
  'many unknown spreads': { query: `{ __typename ${many(400, '...f#')} }` },
  'many variables that are not used': { query: `query(${many(240, '$v#: Int')}) { __typename }` },
  'many wrong arguments': { query: `{ user(id: "a" ${many(300, 'x#: 1')}) { id } }` },
  'a page too large': { query: '{ a: snapshots(first: 1000) { nodes { database { tags { key } } } } b: snapshots(first: 1000) { nodes { database { tags { key } } } } }' },
  'deep introspection': { query: '{ __schema { types { fields { type { fields { type { fields { type { name } } } } } } } } }' },
  'no GraphQL': { query: '{'.repeat(10_000) },
  'brackets': { query: `{ a(b: ${'['.repeat(5_000)}` },
  'a batch of 100': Array.from({ length: 100 }, () => ({ query: '{ __typename }' })),
};

/** Of all threads but those that compile, which the JVM does less and less. */
const ticks = (pid) => readdirSync(`/proc/${pid}/task`).reduce((sum, thread) => {
  const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
  const fields = stat.replace(/^.*\) /, '').split(' ');
  return /Compiler/.test(stat) ? sum : sum + Number(fields[11]) + Number(fields[12]);
}, 0);

function post(url, agent, body) {
  return new Promise((resolve, reject) => {
    const request = http.request(url, {
      method: 'POST', agent, headers: { 'content-type': 'application/json', 'content-length': body.length },
    }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => resolve(Buffer.concat(chunks).toString()));
    });
    request.on('error', reject);
    request.end(body);
  });
}

let number = 0;

/** Each request is another document, so that none is known from the one before. */
const body = (request) => Buffer.from(JSON.stringify(
  Array.isArray(request) ? request : { ...request, query: `${request.query} #${number++}` },
));

async function send(url, agent, request, count) {
  let left = count;
  await Promise.all(Array.from({ length: CLIENTS }, async () => {
    while (left-- > 0) await post(url, agent, body(request));
  }));
}

const cloud = await startCloud();
const gateway = await startGateway(cloud, { HEADGATE_LIMITS_REQUEST_RATE: '0' });
const agent = new http.Agent({ keepAlive: true, maxSockets: CLIENTS });
try {
  const refusals = Object.entries(REFUSALS);
  for (const [name, request] of refusals) {
    const answer = await post(gateway.url, agent, body(request));
    if (!answer.includes('"errors"') || answer.includes('"data":{')) throw new Error(`${name} is not refused: ${answer.slice(0, 200)}`);
  }
  for (const [, request] of refusals) await send(gateway.url, agent, request, REQUESTS);
  for (const [name, request] of refusals) {
    const before = ticks(gateway.pid);
    await send(gateway.url, agent, request, REQUESTS);
    const cost = ((ticks(gateway.pid) - before) * TICK) / REQUESTS;
    const said = JSON.parse(await post(gateway.url, agent, body(request))).errors[0].message.slice(0, 60);
    console.log(`${cost.toFixed(2)} ms  ${name}: ${said}`);
  }
} finally {
  agent.destroy();
  await gateway.stop();
  cloud.stop();
}
