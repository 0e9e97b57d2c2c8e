// Runs the reference job in DuckDB and prints one JSON document: seconds, cpu_seconds, peak_rss_bytes
// and the stages. `node duckdb_job.mjs DAY OUT`; `--probe` only says whether DuckDB is there.
// HOMEROOM_BENCH_SQL names another job; HOMEROOM_BENCH_THREADS the threads (default 2).
import { mkdirSync } from 'node:fs';
import { connect, measured, stagesOf } from './duckdb.mjs';

const [day, out] = process.argv.slice(2);
if (day === '--probe') process.exit(0);
if (!out) {
  console.error('usage: node duckdb_job.mjs DAY OUT');
  process.exit(2);
}
mkdirSync(out, { recursive: true });
const job = process.env.HOMEROOM_BENCH_SQL ?? new URL('reference_job.sql', import.meta.url);
console.log(JSON.stringify(await measured(await connect(), stagesOf(job, { day, out }))));
