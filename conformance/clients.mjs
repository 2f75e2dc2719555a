// The clients of npm: graphql-ws on a WebSocket, graphql-sse on server-sent events, each with a query, a mutation, a
// subscription to its end, errors, several operations at once and one that is broken off.
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createSocketClient } from 'graphql-ws';
import WebSocket from 'ws';

const LONGEST_MILLIS = 60_000;
const PROGRESS = 'subscription($id: ID!) { operationProgress(id: $id) { id state progressPercent } }';
const SNAPSHOT = `mutation($key: String!) {
  createSnapshot(input: {database: "rds:mydb", name: $key, idempotencyKey: $key}) { id }
}`;

const NAME = 'Zoë 例え 🏃🏿';

let names = 0;
const name = () => `conformance-${process.pid}-${names += 1}`;

async function collect(results) {
  const all = [];
  for await (const result of results) all.push(result);
  return all;
}

async function snapshot(client) {
  const [created] = await collect(client.iterate({ query: SNAPSHOT, variables: { key: name() } }));
  return created.data.createSnapshot.id;
}

/** How a client tells that an operation was refused: graphql-ws by throwing its errors, graphql-sse as a result. */
async function refusal(client, payload) {
  try {
    const [result] = await collect(client.iterate(payload));
    return result.errors;
  } catch (errors) {
    return Array.isArray(errors) ? errors : [{ message: String(errors) }];
  }
}

const CHECKS = {
  'a query has one result': async (client) => {
    const results = await collect(client.iterate({ query: '{ users(first: 2) { nodes { id } } }' }));
    return results.length === 1 && results[0].data.users.nodes.length === 2;
  },
  'a mutation has one result; its variables, name and Unicode arrive': async (client) => {
    const results = await collect(client.iterate({
      query: 'query A { __typename } mutation B($input: CreateUserInput!) { createUser(input: $input) { id name } }',
      operationName: 'B',
      variables: { input: { store: 'POSTGRES', email: `${name()}@example.com`, name: NAME } },
    }));
    return results.length === 1 && !results[0].errors && results[0].data.createUser.name === NAME;
  },
  'a subscription has results until its end': async (client) => {
    const id = await snapshot(client);
    const results = await collect(client.iterate({ query: PROGRESS, variables: { id } }));
    return results.every((each) => each.data.operationProgress.id === id)
      && results.at(-1).data.operationProgress.state === 'SUCCEEDED';
  },
  'what is not there can\'t be subscribed to': async (client) => {
    const errors = await refusal(client, { query: PROGRESS, variables: { id: 'operation:none' } });
    return errors[0].extensions.code === 'NOT_FOUND';
  },
  'a document that is wrong is refused': async (client) => {
    const errors = await refusal(client, { query: '{ nothing }' });
    return errors[0].extensions.code === 'INVALID_ARGUMENT';
  },
  'a field\'s error is beside the data': async (client) => {
    const [result] = await collect(client.iterate({ query: '{ __typename users(first: 0) { totalCount } }' }));
    return result.errors[0].extensions.code === 'INVALID_ARGUMENT' && result.errors[0].path[0] === 'users';
  },
  'fifty operations go on side by side': async (client) => {
    const all = await Promise.all(Array.from({ length: 50 }, (_, i) => collect(client.iterate({
      query: `{ a${i}: __typename }`,
    }))));
    return all.every(([result], i) => result.data[`a${i}`] === 'Query');
  },
  'a subscription that is broken off leaves the client useful': async (client) => {
    const variables = { id: await snapshot(client) };
    const results = client.iterate({ query: PROGRESS, variables });
    const first = await results.next();
    await results.return();
    const after = await collect(client.iterate({ query: PROGRESS, variables }));
    return first.value.data.operationProgress !== null && after.at(-1).data.operationProgress.state === 'SUCCEEDED';
  },
};

const withinTime = (what) => {
  let timer;
  const late = new Promise((resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`took more than ${LONGEST_MILLIS} ms`)), LONGEST_MILLIS);
  });
  return Promise.race([what, late]).finally(() => clearTimeout(timer));
};

async function run(title, client, checks) {
  const findings = [];
  for (const [what, check] of Object.entries(checks)) {
    try {
      if (!await withinTime(check(client))) findings.push(`${title}: not so: ${what}`);
    } catch (e) {
      findings.push(`${title}: ${what}: ${e?.message ?? JSON.stringify(e)}`);
    }
  }
  return { count: Object.keys(checks).length, findings };
}

/** Over one lazily opened WebSocket, and over one that is open from the first to the last operation. */
export async function sockets(url, headers = {}) {
  const results = [];
  for (const lazy of [true, false]) {
    const client = createSocketClient({
      url: url.replace('http', 'ws'), webSocketImpl: WebSocket, lazy, retryAttempts: 0, connectionParams: headers,
      onNonLazyError: () => {},
    });
    results.push(await run(`graphql-ws${lazy ? ', lazy' : ''}`, client, CHECKS));
    await client.dispose();
  }
  return sum(results);
}

/** Each operation on a connection of its own; that the other mode of the protocol is not offered is told at once. */
export async function events(url, headers = {}) {
  const distinct = createSseClient({ url, headers, retryAttempts: 0 });
  const single = createSseClient({ url, headers, singleConnection: true, retryAttempts: 0 });
  const results = [
    await run('graphql-sse', distinct, CHECKS),
    await run('graphql-sse, single connection', single, {
      'it is not offered, and the client is told so': async (client) => {
        const errors = await refusal(client, { query: '{ __typename }' });
        return errors.length === 1;
      },
    }),
  ];
  distinct.dispose();
  single.dispose();
  return sum(results);
}

const sum = (results) => ({
  count: results.reduce((all, each) => all + each.count, 0),
  findings: results.flatMap((each) => each.findings),
});
