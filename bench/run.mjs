// Compares Headgate with its rivals: see README.md. Each round starts every contender anew; then one runs at a time.
//
//   node bench/run.mjs [--quick] [--rounds 5] [--seconds 10] [--only Headgate,Mercurius] [--workloads cached-user]
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { startCloud } from './cloud.mjs';
import { CONTENDERS } from './contenders.mjs';
import { ask, firstSeconds, load, OTHER_CORE, resident, start } from './measure.mjs';
import { report } from './report.mjs';
import { ADDED_USERS, WORKLOADS } from './workloads.mjs';

const CHECKED = 20;

/** At the least: a JVM of one core compiles most of what a workload needs within. */
const JVM_WARM_UP_SECONDS = 30;

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    only: { type: 'string', default: '' },
    workloads: { type: 'string' },
  },
});
const rounds = Number(options.rounds ?? (options.quick ? 1 : 5));
const seconds = Number(options.seconds ?? (options.quick ? 2 : 10));
const workloads = WORKLOADS.filter(({ name }) => !options.workloads || options.workloads.split(',').includes(name));

const bodies = (contender, workload) => workload.written[contender.dialect ?? 'headgate'];
const does = (contender, workload) => !contender.workloads || contender.workloads.includes(workload.name);
const contenders = CONTENDERS.filter((contender) =>
  options.only.split(',').some((part) => contender.name.includes(part)) && workloads.some((workload) => does(contender, workload)));

const compiles = ({ command }) => command[0] === 'java' && !options.quick;

const answer = ({ __typename, userId, ...user }) => JSON.stringify({ data: { user } });

/** What stands in Redis before anything is measured: each user, and for the bare handler each whole answer. */
async function fill(cloud) {
  process.env.BENCH_REDIS_URL = cloud.endpoint('redis');
  process.env.BENCH_POSTGRES_URL = cloud.endpoint('postgres').replace('://', '://headgate:headgate@');
  process.env.BENCH_DYNAMODB_URL = cloud.endpoint('dynamodb');
  process.env.AWS_REGION = 'eu-west-1';
  const { allUsers, pool, redis } = await import('./rivals/node/users.mjs');
  const users = await allUsers();
  await Promise.all(users.flatMap((user) => [
    redis.set(`bench:user:${user.id}`, JSON.stringify(user)),
    redis.set(`bench:answer:${user.id}`, answer(user)),
  ]));
  if (workloads.some(({ name }) => ['mix', 'in-redis'].includes(name))) await addUsers(pool);
  await pool.end();
  await redis.quit();
  return users.map((user) => user.id);
}

/** With the indexes of parts of texts made anew afterwards, which is a tenth of the work. */
async function addUsers(pool) {
  const { rows } = await pool.query("SELECT indexname AS name, indexdef AS made FROM pg_indexes WHERE indexname LIKE '%trgm%'");
  for (const { name } of rows) await pool.query(`DROP INDEX ${name}`);
  await pool.query(`
    INSERT INTO users (user_id, email, name, status, attributes, created_at, updated_at, version)
    SELECT 'm' || i, 'm' || i || '@example.org', 'Name ' || i, 'ACTIVE', '{}', t, t, 1
    FROM generate_series(0, ${ADDED_USERS - 1}) i, LATERAL (SELECT timestamptz '2026-01-01Z' + i * interval '1 second' AS t) times`);
  for (const { made } of rows) await pool.query(made);
  await pool.query('VACUUM ANALYZE users');
}

/** Fails where an answer's data differ by one byte from what the first contender answered. */
async function check(contender, port, workload) {
  const { sent } = bodies(contender, workload);
  const step = Math.max(1, Math.floor(sent.length / CHECKED));
  for (let i = 0; i < sent.length; i += step) {
    const data = await ask(port, sent[i]);
    workload.answers[i] ??= data;
    if (data !== workload.answers[i]) {
      throw new Error(`${contender.name} answers ${sent[i]}\nwith ${data}\nnot  ${workload.answers[i]}`);
    }
  }
}

/** Starts a contender, counts what it answers in its first seconds, and lets it stand still until it is its turn. */
async function begin(contender, cloud) {
  const [first] = workloads.filter((workload) => does(contender, workload));
  const subject = await start(contender, cloud, bodies(contender, first).sent[0]);
  const firstTen = await firstSeconds(subject, bodies(contender, first).file);
  subject.pause();
  return { contender, subject, firstTen, measured: {} };
}

async function measure({ contender, subject, measured }, workload) {
  subject.resume();
  await check(contender, subject.port, workload);
  const warmUp = seconds * (workload.warmUps ?? 1);
  await load(subject.port, bodies(contender, workload).file, compiles(contender) ? Math.max(warmUp, JVM_WARM_UP_SECONDS) : warmUp);
  const result = await load(subject.port, bodies(contender, workload).file, seconds);
  if (result.failed > 0 || result.requests === 0) {
    throw new Error(`${contender.name}, ${workload.name}: ${result.requests} answers, ${result.failed} failures`);
  }
  measured[workload.name] = { ...result, memory: resident(subject.pid) };
  await check(contender, subject.port, workload);
  subject.pause();
  console.log(`${contender.name}, ${workload.name}: ${result.rate.toFixed(0)} requests/s`);
}

/** One runs at a time, and each workload is measured of all before the next one is. */
async function round(cloud) {
  const begun = [];
  try {
    for (const contender of contenders) begun.push(await begin(contender, cloud));
    for (const workload of workloads) {
      for (const each of begun.filter(({ contender }) => does(contender, workload))) await measure(each, workload);
    }
    return begun.map(({ contender, subject, firstTen, measured }) => (
      { contender: contender.name, firstAnswer: subject.millis, firstTen, measured }));
  } finally {
    await Promise.all(begun.map(({ subject }) => subject.stop()));
  }
}

const files = mkdtempSync(`${tmpdir()}/headgate-bench-`);
process.on('exit', () => rmSync(files, { recursive: true }));
const cloud = await startCloud(OTHER_CORE);
try {
  const ids = await fill(cloud);
  for (const workload of workloads) {
    workload.answers = [];
    workload.written = Object.fromEntries(Object.entries(workload.queries).map(([dialect, query]) => {
      const sent = workload.bodies(ids, query);
      const file = `${files}/${workload.name}-${dialect}`;
      writeFileSync(file, sent.join('\n'));
      return [dialect, { sent, file }];
    }));
  }
  const results = [];
  for (let measured = 1; measured <= rounds; measured += 1) {
    results.push(...await round(cloud));
    writeFileSync(new URL('RESULTS.md', import.meta.url), report({ results, contenders, workloads, rounds: measured, seconds, quick: options.quick }));
  }
} finally {
  cloud.stop();
}
