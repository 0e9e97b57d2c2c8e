// Runs the reference job in DuckDB and prints one JSON document: seconds, cpu_seconds, peak_rss_bytes
// and the stages. `node duckdb_job.mjs DAY OUT`; `--probe` only says whether DuckDB is there.
// HOMEROOM_BENCH_SQL names another job; HOMEROOM_BENCH_THREADS the threads (default 2).
import { mkdirSync, readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

const { DuckDBInstance } = await import('@duckdb/node-api');
const [day, out] = process.argv.slice(2);
if (day === '--probe') process.exit(0);
if (!out) {
  console.error('usage: node duckdb_job.mjs DAY OUT');
  process.exit(2);
}

function stagesOf(file) {
  const [, ...parts] = readFileSync(file, 'utf8').split(/^--# /m);
  return parts.map((part) => {
    const [name, ...lines] = part.split('\n');
    const sql = lines.join('\n').replaceAll('{day}', day).replaceAll('{out}', out);
    return { name: name.trim(), statements: sql.split(/;\s*$/m).filter((one) => one.trim()) };
  });
}

function meter() {
  const usage = process.cpuUsage();
  const start = performance.now();
  return () => {
    const used = process.cpuUsage(usage);
    return {
      seconds: (performance.now() - start) / 1000,
      cpu_seconds: (used.user + used.system) / 1e6,
    };
  };
}

mkdirSync(out, { recursive: true });
const job = process.env.HOMEROOM_BENCH_SQL ?? new URL('reference_job.sql', import.meta.url);
const threads = process.env.HOMEROOM_BENCH_THREADS ?? '2';
const database = await DuckDBInstance.create(':memory:', { threads });
const connection = await database.connect();

const whole = meter();
const stages = [];
for (const { name, statements } of stagesOf(job)) {
  const measured = meter();
  for (const statement of statements) await connection.run(statement);
  stages.push({ stage: name, ...measured() });
}
const total = whole();
console.log(
  JSON.stringify({ ...total, peak_rss_bytes: process.resourceUsage().maxRSS * 1024, stages }),
);
