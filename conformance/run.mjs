// Asks the packaged gateway, as it is in production, all that is in this directory: node conformance/run.mjs
import { audit } from './audit.mjs';
import { events, sockets } from './clients.mjs';
import { API_KEY, AUTHENTICATED, startCloud, startGateway } from './gateway.mjs';
import { anonymous, scan } from './scan.mjs';

const KEY = { 'X-API-Key': API_KEY };

async function report(what, asked) {
  const { count, findings } = await asked;
  console.log(`${findings.length ? 'not so' : 'ok'}  ${what}: ${count - findings.length} of ${count}`);
  findings.forEach((finding) => console.log(`        ${finding}`));
  return findings.length;
}

const cloud = await startCloud();
const started = [];
let findings = 0;

async function gateway(environment) {
  const ready = await startGateway(cloud, environment);
  started.push(ready);
  return ready;
}

try {
  const open = await gateway();
  findings += await report('npm graphql-http', audit(open.url));
  findings += await report('npm graphql-ws', sockets(open.url));
  findings += await report('npm graphql-sse', events(open.url));
  findings += await report('scan, without authentication', scan(open));
  const closed = await gateway(AUTHENTICATED);
  findings += await report('npm graphql-http, with an API key', audit(closed.url, KEY));
  findings += await report('npm graphql-ws, with an API key', sockets(closed.url, KEY));
  findings += await report('npm graphql-sse, with an API key', events(closed.url, KEY));
  findings += await report('scan, with an API key', scan(closed, KEY));
  findings += await report('scan, without the key', scan(closed));
  findings += await report('fields, without the key', anonymous(closed));
} finally {
  await Promise.all(started.map((each) => each.stop()));
  cloud.stop();
}
process.exitCode = findings ? 1 : 0;
