import Fastify from 'fastify';
import mercurius from 'mercurius';
import { resolvers, typeDefs } from '../node/schema.mjs';

const server = Fastify();
server.register(mercurius, { schema: typeDefs, resolvers, jit: 1 });
await server.listen({ host: '127.0.0.1', port: Number(process.env.BENCH_PORT) });
