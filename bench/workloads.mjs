// What is asked. A workload's bodies are sent in turn by 64 connections; the same bodies go to everybody.
const FIELDS = 'id email name status createdAt version';

const body = (query, variables) => JSON.stringify({ query, variables });

function step(length, index) {
  // A prime walks through all users without their order.
  return (index * 7919) % length;
}

export const WORKLOADS = [
  {
    name: 'cached-user',
    title: 'A cached user by id, six fields',
    bodies: (ids) => ids.map((_, i) =>
      body(`query($id: ID!) { user(id: $id) { ${FIELDS} } }`, { id: ids[step(ids.length, i)] })),
  },
];
