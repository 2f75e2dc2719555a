// RESULTS.md: medians over the rounds, ratios of pairs of the same round, and on what machine.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { node } from './contenders.mjs';
import { CONNECTIONS } from './measure.mjs';

const BASE = 'Mercurius';

/** Of an even number, the mean of the two in the middle. */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const count = (value) => Math.round(value).toLocaleString('en-US');
const millis = (micros) => (micros / 1000).toFixed(1);

function table(head, rows) {
  return [head, head.map((_, i) => (i === 0 ? '---' : '---:')), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function version(command, ...options) {
  try {
    return execFileSync(command, options, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).split('\n')[0].trim();
  } catch (e) {
    return String(e.stdout).split('\n')[0].trim(); // wrk -v exits with 1
  }
}

function versions() {
  const { packages } = JSON.parse(readFileSync(new URL('package-lock.json', import.meta.url)));
  const direct = Object.keys(packages[''].dependencies);
  return [
    `${cpus().length} × ${cpus()[0].model}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Linux ${version('uname', '-r')}`,
    version('java', '--version'),
    `Node.js ${version(node, '--version')}`,
    version('wrk', '-v').replace(/ Copyright.*/, ''),
    direct.map((name) => `${name} ${packages[`node_modules/${name}`].version}`).join(', '),
  ].map((line) => `- ${line}`).join('\n');
}

export function report({ results, contenders, workloads, rounds, seconds, quick }) {
  const of = (contender) => results.filter((result) => result.contender === contender.name);
  const base = contenders.find(({ name }) => name === BASE);
  const started = table(
    ['', 'first answer, ms', 'answered in the first ten seconds'],
    contenders.map((contender) => [
      contender.name,
      count(median(of(contender).map((result) => result.firstAnswer))),
      count(median(of(contender).map((result) => result.firstTen))),
    ]),
  );
  const measured = workloads.map((workload) => {
    const runs = (contender) => of(contender).map((result) => result.measured[workload.name]).filter(Boolean);
    const rows = contenders.filter((contender) => runs(contender).length > 0).map((contender) => {
      const mine = runs(contender);
      const middle = (field) => median(mine.map((run) => run[field]));
      const theirs = base && runs(base);
      const ratio = theirs?.length ? median(mine.map((run, i) => run.rate / theirs[i].rate)).toFixed(2) : '';
      return [
        contender.name, count(middle('rate')), ratio, millis(middle('p50')), millis(middle('p99')), millis(middle('p999')),
        count(middle('memory')), `${Math.round(middle('generator') * 100)} %`,
      ];
    });
    const head = ['', 'requests/s', `of ${BASE}`, 'p50, ms', 'p99, ms', 'p99.9, ms', 'RSS, MB', "generator's CPU"];
    return `## ${workload.title}\n\n${table(head, rows)}\n`;
  });
  return `# Results

Medians of ${rounds} ${rounds === 1 ? 'round' : 'rounds'} of ${seconds} seconds with ${CONNECTIONS} connections, ${new Date().toISOString().slice(0, 10)}; ratios are medians of pairs of one round. How it is done: [README.md](README.md).
${quick ? '\n**Provisional**: a quick run on a machine that did other work too, which proves that it runs and no more.\n' : ''}
${measured.join('\n')}
## From process start

${started}

## Machine and versions

${versions()}
`;
}
