import { writeFileSync, existsSync } from 'node:fs';
import { startCloud } from './cloud.mjs';
import { CONTENDERS } from './contenders.mjs';
import { WORKLOADS } from './workloads.mjs';
import { load, start, OTHER_CORE } from './measure.mjs';
const cloud = await startCloud(OTHER_CORE);
process.env.BENCH_REDIS_URL = cloud.endpoint('redis');
process.env.BENCH_POSTGRES_URL = cloud.endpoint('postgres').replace('://', '://headgate:headgate@');
const { allUsers, pool, redis } = await import('./rivals/node/users.mjs');
const ids = (await allUsers()).map((u) => u.id); await pool.end(); await redis.quit();
const w = WORKLOADS[0]; const q = w.bodies(ids, w.queries.headgate); writeFileSync('/tmp/hg/bench-prof.txt', q.join('\n'));
const c = CONTENDERS[0];
c.command.splice(1, 0, '-XX:+UnlockDiagnosticVMOptions', '-XX:+DebugNonSafepoints', '-XX:StartFlightRecording=delay=30s,settings=profile,filename=/tmp/hg/bench.jfr,dumponexit=true');
const s = await start(c, cloud, q[0]);
for (let i = 0; i < 6; i++) { const r = await load(s.port, '/tmp/hg/bench-prof.txt', 7); console.log(Math.round(r.rate), r.p50, r.p99, r.generator.toFixed(2)); }
await s.stop(); cloud.stop();
