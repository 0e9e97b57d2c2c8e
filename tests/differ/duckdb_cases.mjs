// Asks generated cases of DuckDB: reads the lines of differ_cases and compares what comes out.
import { createInterface } from 'node:readline'
import { readFileSync } from 'node:fs'
import { DuckDBInstance } from '@duckdb/node-api'

const listed = new Set(
  readFileSync(new URL('intended.csv', import.meta.url), 'utf8').split('\n').slice(1)
    .map(line => line.split(',').slice(0, 2).join(' ')))
const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
const connection = await instance.connect()
await connection.run("set TimeZone = 'UTC'")

async function ask(query) {
  try {
    const reader = await connection.runAndReadAll(query)
    return reader.getRows().map(row => (row[0] === null ? 'null' : String(row[0])))
  } catch (error) {
    return ['error: ' + error.message.split('\n')[0]]
  }
}

let cases = 0
let differences = 0
let gaveUp = 0 // an error of DuckDB's own binder at subqueries over constants; listed
const unlisted = new Set()
for await (const line of createInterface({ input: process.stdin })) {
  const one = JSON.parse(line)
  for (const statement of one.setup ?? []) await connection.run(statement)
  for (const kind of one.intended) if (!listed.has(kind)) unlisted.add(kind)
  ++cases
  const theirs = one.problem ? [] : await ask(one.query)
  if (!one.problem && JSON.stringify(theirs) === JSON.stringify(one.expected)) continue
  if (theirs[0]?.startsWith('error: INTERNAL Error: Failed to bind')) {
    ++gaveUp
    continue
  }
  if (++differences > 5) continue
  console.log(`seed ${one.seed}: ${one.problem}\n${one.ours}\nhere:   ${JSON.stringify(one.expected)}\n` +
              `DuckDB: ${JSON.stringify(theirs)}\nrows:\n${one.rows}query: ${one.query}\n`)
}
for (const kind of unlisted) console.log(`${kind} is not in intended.csv`)
console.log(`${cases} cases, ${differences} differences; DuckDB gave up on ${gaveUp}`)
process.exitCode = differences > 0 || unlisted.size > 0 || cases === 0 || gaveUp * 100 > cases ? 1 : 0
