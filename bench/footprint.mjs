// How fast a packaged gateway starts and how much memory it holds, before the local cloud.
//
//   ./mvnw package -Dnative            (or ./mvnw package for the JVM)
//   node bench/footprint.mjs           the executable in target/ where there is one, else the JVM's package
//   node bench/footprint.mjs --wrap 'taskset -c 0' -- -Xmx48m     a command before it, options for it
//
// First answer: from exec to the last byte of a right answer, a connection tried every millisecond. Memory is VmRSS.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import http from 'node:http';
import { freePort, startCloud } from './cloud.mjs';

const WARM_UPS = 5;
const STARTS = 11;
const CLIENTS = 64;
const LOAD_SECONDS = 20;
const FIRST = { query: '{ users(first: 2, store: POSTGRES) { nodes { id name } } }' };

const separator = process.argv.indexOf('--');
const options = separator < 0 ? [] : process.argv.slice(separator + 1);
const wrap = process.argv.includes('--wrap') ? process.argv[process.argv.indexOf('--wrap') + 1].split(' ') : [];
const executable = readdirSync('target').find((name) => name.endsWith('-runner'));
const command = executable
  ? [`./target/${executable}`, ...options]
  : ['java', ...options, ...archive(), '-jar', 'target/quarkus-app/quarkus-run.jar'];

function archive() {
  const file = 'target/quarkus-app/app-cds.jsa';
  return existsSync(file) ? [`-XX:SharedArchiveFile=${file}`] : [];
}

const pause = (millis) => new Promise((resolve) => setTimeout(resolve, millis));
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

function ask(port, question, agent) {
  return new Promise((resolve, reject) => {
    const body = JSON.stringify(question);
    const request = http.request({
      host: '127.0.0.1', port, path: '/graphql', method: 'POST', agent,
      headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) },
    }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part) => { text += part; }).on('end', () => {
        const answer = response.statusCode === 200 ? JSON.parse(text) : undefined;
        if (answer && !answer.errors) resolve(answer.data); else reject(new Error(`${response.statusCode} ${text}`));
      });
    });
    request.on('error', reject).end(body);
  });
}

async function start(cloud) {
  const port = await freePort();
  const began = process.hrtime.bigint();
  const gateway = spawn([...wrap, ...command][0], [...wrap, ...command].slice(1), {
    env: { ...process.env, ...cloud.environment, QUARKUS_HTTP_PORT: port, QUARKUS_MANAGEMENT_PORT: await freePort() },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = new Promise((resolve) => gateway.on('exit', resolve));
  for (;;) {
    try {
      const { users } = await ask(port, FIRST);
      if (users.nodes.length === 2) break;
    } catch (e) {
      if (gateway.exitCode !== null || process.hrtime.bigint() - began > 60e9) throw new Error(`it does not start: ${e.message}`);
      await pause(1);
    }
  }
  const millis = Number(process.hrtime.bigint() - began) / 1e6;
  return { port, millis, pid: gateway.pid, stop: () => { gateway.kill(); return ended; } };
}

const resident = (pid, field = 'VmRSS') =>
  Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;

async function load(port) {
  const { users } = await ask(port, { query: '{ users(first: 100) { nodes { id } } }' });
  const ids = users.nodes.map((node) => node.id);
  const agent = new http.Agent({ keepAlive: true, maxSockets: CLIENTS });
  const until = Date.now() + LOAD_SECONDS * 1000;
  let answers = 0;
  await Promise.all(Array.from({ length: CLIENTS }, async (_, client) => {
    for (let i = client; Date.now() < until; i += 1) {
      const { user } = await ask(port, {
        query: 'query($id: ID!) { user(id: $id) { id email name status createdAt version } }',
        variables: { id: ids[i % ids.length] },
      }, agent);
      if (user.id !== ids[i % ids.length]) throw new Error(`the wrong user: ${user.id}`);
      answers += 1;
    }
  }));
  agent.destroy();
  return answers / LOAD_SECONDS;
}

const cloud = await startCloud();
try {
  const starts = [];
  // The local cloud is a young JVM at first.
  for (let i = -WARM_UPS; i < STARTS; i += 1) {
    const gateway = await start(cloud);
    if (i >= 0) starts.push(gateway.millis);
    await gateway.stop();
  }
  const gateway = await start(cloud);
  await pause(10_000);
  const idle = resident(gateway.pid);
  const rate = await load(gateway.port);
  const loaded = resident(gateway.pid);
  const peak = resident(gateway.pid, 'VmHWM');
  const code = await gateway.stop();
  console.log(`${[...wrap, ...command].join(' ')}
first answer   ${median(starts).toFixed(0)} ms (${Math.min(...starts).toFixed(0)} to ${Math.max(...starts).toFixed(0)}, ${STARTS} starts)
idle           ${idle.toFixed(1)} MB
under load     ${loaded.toFixed(1)} MB, ${peak.toFixed(1)} MB at most, ${rate.toFixed(0)} requests/s of ${CLIENTS} clients
exit           ${code}`);
} finally {
  cloud.stop();
}
