// What the programs that measure DuckDB share.
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { DuckDBInstance } from '@duckdb/node-api';

/// A database in memory; HOMEROOM_BENCH_THREADS are its threads (default 2).
export async function connect() {
  const threads = process.env.HOMEROOM_BENCH_THREADS ?? '2';
  return (await DuckDBInstance.create(':memory:', { threads })).connect();
}

/// The stages of an SQL file with {names} replaced: a name and statements each.
export function stagesOf(file, values) {
  const [, ...parts] = readFileSync(file, 'utf8').split(/^--# /m);
  return parts.map((part) => {
    const [name, ...lines] = part.split('\n');
    let sql = lines.join('\n');
    for (const [key, value] of Object.entries(values)) sql = sql.replaceAll(`{${key}}`, value);
    return { name: name.trim(), statements: sql.split(/;\s*$/m).filter((one) => one.trim()) };
  });
}

/// Begins to measure; the answer is called for seconds and cpu_seconds since.
export function meter() {
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

/// Runs stages one behind the other: the whole with cpu_seconds, peak_rss_bytes and its stages.
export async function measured(connection, stages) {
  const whole = meter();
  const done = [];
  for (const { name, statements } of stages) {
    const stage = meter();
    for (const statement of statements) await connection.run(statement);
    done.push({ stage: name, ...stage() });
  }
  return { ...whole(), peak_rss_bytes: process.resourceUsage().maxRSS * 1024, stages: done };
}
