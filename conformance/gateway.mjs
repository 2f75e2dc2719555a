// The packaged gateway before a local cloud, both as processes of their own.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { freePort, startCloud } from '../bench/cloud.mjs';

const LONGEST_START_MILLIS = 90_000;

/** A key of a caller who may do everything, where the gateway is started with `authenticated`. */
export const API_KEY = 'conformance-0123456789abcdef';

export const AUTHENTICATED = {
  HEADGATE_SECURITY_MODE: 'required',
  HEADGATE_SECURITY_API_KEYS_PROBE_SHA256: createHash('sha256').update(API_KEY).digest('hex'),
  HEADGATE_SECURITY_API_KEYS_PROBE_ROLES: 'reader,editor,operator',
};

export { startCloud };

const pause = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

/** Starts the executable of target/ where there is one, else the jar, in the profile `prod`. */
export async function startGateway(cloud, environment = {}) {
  const executable = readdirSync('target').find((name) => name.endsWith('-runner'));
  const command = executable ? [`./target/${executable}`] : ['java', '-jar', 'target/quarkus-app/quarkus-run.jar'];
  if (!executable && !existsSync(command[2])) throw new Error('nothing is packaged: ./mvnw package -DskipTests');
  const port = await freePort();
  const management = await freePort();
  const gateway = spawn(command[0], command.slice(1), {
    env: {
      ...process.env, HEADGATE_LEDGER_CREATE_TABLE: 'true', ...cloud.environment, ...environment, QUARKUS_HTTP_PORT: port, QUARKUS_MANAGEMENT_PORT: management,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = new Promise((resolve) => gateway.on('exit', resolve));
  const deadline = Date.now() + LONGEST_START_MILLIS;
  for (;;) {
    const ready = await fetch(`http://127.0.0.1:${management}/q/health/ready`).catch(() => undefined);
    if (ready?.status === 200) break;
    if (gateway.exitCode !== null || Date.now() > deadline) throw new Error('the gateway does not start');
    await pause(50);
  }
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    origin: `http://127.0.0.1:${port}`,
    management: `http://127.0.0.1:${management}`,
    pid: gateway.pid,
    stop: () => { gateway.kill(); return ended; },
  };
}
