import { ApolloServer } from '@apollo/server';
import fastifyApollo from '@as-integrations/fastify';
import Fastify from 'fastify';
import { resolvers, typeDefs } from '../node/schema.mjs';

const apollo = new ApolloServer({ typeDefs, resolvers, introspection: false, csrfPrevention: false });
await apollo.start();
const server = Fastify();
await server.register(fastifyApollo(apollo));
await server.listen({ host: '127.0.0.1', port: Number(process.env.BENCH_PORT) });
