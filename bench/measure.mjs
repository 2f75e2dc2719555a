// One process under one load: starts it on its core, waits for a right answer, sends load from the other, reads its memory.
import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { promisify } from 'node:util';
import { freePort } from './cloud.mjs';

export const CONNECTIONS = 64;
export const SUBJECT_CORE = ['taskset', '-c', '0'];
export const OTHER_CORE = ['taskset', '-c', '1'];
const LONGEST_START_MILLIS = 60_000;
const FIRST_SECONDS = 10;
const SHORTEST_LOAD_MILLIS = 500;

const script = new URL('load.lua', import.meta.url).pathname;
const sleep = (millis) => new Promise((resolve) => setTimeout(resolve, millis));
const run = promisify(execFile);

const running = new Set();
process.on('exit', () => running.forEach((child) => { child.kill('SIGCONT'); child.kill(); }));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

/** The text of `data` in the answer, which must be JSON without errors and written without spaces. */
export function ask(port, body) {
  return new Promise((resolve, reject) => {
    const request = http.request({
      host: '127.0.0.1', port, path: '/graphql', method: 'POST', agent: false,
      headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) },
    }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part) => { text += part; }).on('error', reject).on('end', () => {
        try {
          const answer = JSON.parse(text);
          const data = JSON.stringify(answer.data);
          if (response.statusCode !== 200 || answer.errors || !text.includes(`"data":${data}`)) throw new Error('not right');
          resolve(data);
        } catch (e) {
          reject(new Error(`${response.statusCode} ${text}: ${e.message}`));
        }
      });
    });
    request.on('error', reject).end(body);
  });
}

/** Starts a contender; `millis` is the time from exec to the first right answer. */
export async function start(contender, cloud, body) {
  const port = await freePort();
  const environment = contender.environment(cloud, port, await freePort());
  const [command, ...options] = [...SUBJECT_CORE, ...contender.command];
  const began = performance.now();
  const subject = spawn(command, options, { env: { ...process.env, ...environment }, stdio: ['ignore', 'ignore', 'inherit'] });
  running.add(subject);
  const ended = new Promise((resolve) => subject.on('exit', resolve)).finally(() => running.delete(subject));
  const pause = () => subject.kill('SIGSTOP');
  const resume = () => subject.kill('SIGCONT');
  const stop = () => { resume(); subject.kill(); return ended; };
  for (;;) {
    try {
      await ask(port, body);
      return { port, pid: subject.pid, began, millis: performance.now() - began, pause, resume, stop };
    } catch (e) {
      if (subject.exitCode !== null || performance.now() - began > LONGEST_START_MILLIS) {
        await stop();
        throw new Error(`${contender.name} does not start: ${e.message}`);
      }
      await sleep(1);
    }
  }
}

/** Sends the bodies of the file in turn for so long; `until` ends it at that time of `performance.now()` instead. */
export async function load(port, file, seconds, until) {
  const [command, ...wrap] = OTHER_CORE;
  const generator = run(command, [
    ...wrap, 'wrk', '-t', '1', '-c', CONNECTIONS, '-d', `${seconds}s`, '--timeout', '10s', '-s', script,
    `http://127.0.0.1:${port}/graphql`, '--', file,
  ].map(String));
  // Interrupted, wrk ends at once and reports.
  const timer = until && setTimeout(() => generator.child.kill('SIGINT'), until - performance.now());
  running.add(generator.child);
  const { stdout } = await generator.finally(() => running.delete(generator.child));
  clearTimeout(timer);
  const measured = JSON.parse(stdout.trim().split('\n').pop());
  return {
    ...measured,
    rate: measured.requests / (measured.micros / 1e6),
    generator: measured.cpuSeconds / (measured.micros / 1e6),
  };
}

/** How many requests are answered between exec and the tenth second after it. */
export async function firstSeconds({ port, began }, file) {
  const until = began + FIRST_SECONDS * 1000;
  if (until - performance.now() < SHORTEST_LOAD_MILLIS) return 1;
  return 1 + (await load(port, file, FIRST_SECONDS + 1, until)).requests;
}

export const resident = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
