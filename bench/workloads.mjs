// What is asked. A workload's bodies are sent in turn by 64 connections. `queries` are in Headgate's schema, and where a rival
// makes its own, in that, for the same data.
const FIELDS = 'id email name status createdAt version';
const LISTED = 'nodes { userId email name status version }';
const USERS_PER_QUERY = 50;
const MIX_REQUESTS = 200_000;
/** In turn: more than a process keeps. */
const IN_REDIS = 50_000;
/** One request of so many changes a user. */
const READS_TO_A_CHANGE = 20;
const ZIPF_EXPONENT = 0.99;
/** How many users the mix is spread over, beside those of the samples: `m0`, `m1` and so on. */
const MIX_USERS = 1_000_000;
/** With those behind them whom nobody changes. */
export const ADDED_USERS = MIX_USERS + IN_REDIS;

const body = (query, variables) => JSON.stringify({ query, variables });

/** All ids, in an order that a prime makes. */
const scattered = (ids) => ids.map((_, i) => ids[(i * 7919) % ids.length]);

const eachUser = (ids, query) => scattered(ids).map((id) => body(query, { id }));

const globalId = (key) => Buffer.from(`user:p:${key}`).toString('base64url');

/** Numbers from 0 to 1, the same in each run (mulberry32). */
function numbers(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Ids by a Zipf distribution; who is asked for most often is scattered over the table. */
function zipf(next) {
  const sums = new Float64Array(MIX_USERS);
  for (let i = 0, sum = 0; i < MIX_USERS; i += 1) sums[i] = sum += (i + 1) ** -ZIPF_EXPONENT;
  return () => {
    const wanted = next() * sums[MIX_USERS - 1];
    let low = 0;
    for (let high = MIX_USERS - 1; low < high;) {
      const middle = (low + high) >> 1;
      if (sums[middle] < wanted) low = middle + 1; else high = middle;
    }
    return globalId(`m${(low * 7919) % MIX_USERS}`);
  };
}

/** `query` for 19 of 20, `change` for the others, each to another name. */
function mixed(_, { query, change }) {
  const next = numbers(20_260_101);
  const id = zipf(next);
  return Array.from({ length: MIX_REQUESTS }, (_, i) => (i % READS_TO_A_CHANGE === READS_TO_A_CHANGE - 1
    ? body(change, { id: id(), name: `Name ${i}` })
    : body(query, { id: id() })));
}

export const WORKLOADS = [
  {
    name: 'cached-user',
    title: 'A cached user by id, six fields',
    queries: { headgate: `query($id: ID!) { user(id: $id) { ${FIELDS} } }` },
    bodies: eachUser,
  },
  {
    name: 'in-redis',
    title: 'A user by id, of so many that only Redis has them',
    warmUps: 3,
    queries: { headgate: `query($id: ID!) { user(id: $id) { ${FIELDS} } }` },
    bodies: (_, query) => Array.from({ length: IN_REDIS }, (_, i) => body(query, { id: globalId(`m${MIX_USERS + i}`) })),
  },
  {
    name: 'fifty-users',
    title: '50 cached users by id in one query',
    queries: { headgate: `query($ids: [ID!]!) { nodes(ids: $ids) { ... on User { ${FIELDS} } } }` },
    bodies: (ids, query) => {
      const order = scattered(ids);
      return Array.from({ length: Math.floor(order.length / USERS_PER_QUERY) }, (_, i) =>
        body(query, { ids: order.slice(i * USERS_PER_QUERY, (i + 1) * USERS_PER_QUERY) }));
    },
  },
  {
    name: 'list-postgres',
    title: 'The first 20 users by creation time from PostgreSQL, uncached',
    queries: {
      headgate: `query($first: Int!) {
        users(store: POSTGRES, orderBy: { field: CREATED_AT, direction: ASC }, first: $first) { ${LISTED} }
      }`,
      postgraphile: `query($first: Int!) { users: allUsers(orderBy: CREATED_AT_ASC, first: $first) { ${LISTED} } }`,
    },
    bodies: (_, query) => [body(query, { first: 20 })],
  },
  {
    name: 'list-dynamodb',
    title: 'The first 20 users by creation time from DynamoDB Local, uncached',
    queries: {
      headgate: `query($first: Int!) {
        users(store: DYNAMODB, orderBy: { field: CREATED_AT, direction: ASC }, first: $first) { ${LISTED} }
      }`,
    },
    bodies: (_, query) => [body(query, { first: 20 })],
  },
  {
    name: 'new-text',
    title: 'A user by id, each query text new',
    queries: { headgate: `query Q00000000($id: ID!) { user(id: $id) { ${FIELDS} } }` },
    bodies: eachUser,
  },
  {
    name: 'mix',
    title: '95 % reads and 5 % updates of a million users, by a Zipf distribution',
    warmUps: 3,
    queries: {
      headgate: {
        query: 'query($id: ID!) { user(id: $id) { id email status createdAt } }',
        change: 'mutation($id: ID!, $name: String!) { updateUser(input: { id: $id, name: $name }) { id email status } }',
      },
    },
    bodies: mixed,
  },
];
