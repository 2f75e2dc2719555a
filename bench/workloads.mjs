// What is asked. A workload's bodies are sent in turn by 64 connections. `queries` are in Headgate's schema, and where a rival
// makes its own, in that, for the same data.
const FIELDS = 'id email name status createdAt version';
const LISTED = 'nodes { userId email name status version }';
const USERS_PER_QUERY = 50;

const body = (query, variables) => JSON.stringify({ query, variables });

/** All ids, in an order that a prime makes. */
const scattered = (ids) => ids.map((_, i) => ids[(i * 7919) % ids.length]);

const eachUser = (ids, query) => scattered(ids).map((id) => body(query, { id }));

export const WORKLOADS = [
  {
    name: 'cached-user',
    title: 'A cached user by id, six fields',
    queries: { headgate: `query($id: ID!) { user(id: $id) { ${FIELDS} } }` },
    bodies: eachUser,
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
    name: 'new-text',
    title: 'A user by id, each query text new',
    queries: { headgate: `query Q00000000($id: ID!) { user(id: $id) { ${FIELDS} } }` },
    bodies: eachUser,
  },
];
