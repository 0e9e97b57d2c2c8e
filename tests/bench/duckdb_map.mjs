// Runs the mappings of the example district in DuckDB (map_job.sql) and prints one JSON document:
// seconds, cpu_seconds, peak_rss_bytes and the stages. `node duckdb_map.mjs DAY [ROWS]`: with a folder
// ROWS of SOURCE/ENTITY.ndjson its rows are compared with DuckDB's as bags, in all their columns; ends
// with 1 when they differ.
import { connect, measured, stagesOf } from './duckdb.mjs';

// The columns of each table: its path in Homeroom's rows, its type unless it is text, and its name in
// map_job.sql unless it is the same.
const tables = {
  'sis/student':
    'key identifiers.district=number identifiers.state=state_id name.first=first name.middle=middle ' +
    'name.last=last birthDate:date=born birthCity=born_in sex hispanicLatino:boolean=hispanic ' +
    'races:varchar[] languages.home=language emails.school=email phones.home=phone ' +
    'addresses.home.line=line addresses.home.city=city addresses.home.state=state ' +
    'addresses.home.postal=postal schoolMeals.eligibility=meals specialEducation.idea:boolean=iep ' +
    'section504:boolean englishLearner.status=learner districtEntryDate:date=entry',
  'sis/enrollment':
    'key student=key school schoolName=school_name schoolYear:integer=school_year gradeLevel=grade ' +
    'primary:boolean=is_primary',
  'sis/contact':
    'key student contactId=adult name.first=first name.last=last relation phones.mobile=phone ' +
    'emails.home=email',
  'sis/sectionEnrollment': 'key student section title school role start:date=begun end:date=ended',
  'sis/attendanceSummary':
    'key student=key schoolYear:integer=school_year absences:bigint unexcused:bigint tardies:bigint ' +
    'minutesAbsent:bigint=missed lastDate:date=latest',
  'sis/incident': 'key student date:date=day behaviors:varchar[] action days:integer',
  'sis/caseload': 'key student staff role start:date=begun end:date=ended',
  'sis/organization': 'key name kind parent number',
  'sis/term': 'key name kind start:date=begun end:date=ended schoolYear:bigint=school_year parent',
  'sis/course': 'key title code school',
  'sis/section': 'key course school title code kind',
  'hmis/student': 'key name.first=first name.last=last birthDate:date=born sex hispanicLatino:boolean=hispanic',
  'hmis/homelessness':
    'key student start:date=begun end:date=ended residence cameFrom=came_from project living ' +
    'unaccompanied:boolean=alone confirmed:boolean services:bigint lastService:date=latest',
  'hmis/service': 'key student date:date=day category setting',
  'social/student':
    'key name.first=first name.last=last birthDate:date=born sex phones.home=phone ' +
    'addresses.home.line=line addresses.home.postal=postal',
  'social/referral': 'key student=key date:date=day program provider status',
  'consents/student': 'key identifiers.district=key',
  'consents/consent':
    'key student scope recipient givenBy=given_by givenOn:date=given_on start:date=given_on ' +
    'end:date=ended revoked:date',
  'run/attendance': 'key student date:date=day status minutesAbsent:bigint=missed',
  'health/student':
    'key identifiers.district=number name.first=first name.middle=middle name.last=last ' +
    'birthDate:date=born sex phones.home=phone addresses.home.line=line addresses.home.city=city ' +
    'addresses.home.state=state addresses.home.postal=postal',
  'health/immunization': 'key student cvx display date:date=day status',
  'health/condition': 'key student icd10 snomed text status onset:date=since',
  'health/allergy': 'key student code display criticality',
};

const quoted = (path) => path.split('.').map((part) => `"${part}"`).join('.');

function columnsOf(words) {
  return words.split(' ').map((word) => {
    const [before, name] = word.split('=');
    const [path, type] = before.split(':');
    return { path, type: type ?? 'varchar', name: name ?? path };
  });
}

/// The columns as read_json() wants them: nested as their paths are.
function shapeOf(columns) {
  const tree = {};
  for (const { path, type } of columns) {
    const parts = path.split('.');
    const leaf = parts.pop();
    let at = tree;
    for (const part of parts) at = at[part] ??= {};
    at[leaf] = type;
  }
  const said = (node) =>
    typeof node === 'string'
      ? node
      : `struct(${Object.entries(node).map(([key, below]) => `"${key}" ${said(below)}`).join(', ')})`;
  return Object.entries(tree).map(([key, node]) => `"${key}": '${said(node)}'`).join(', ');
}

async function compare(connection, folder) {
  let differ = 0;
  for (const [name, words] of Object.entries(tables)) {
    const columns = columnsOf(words);
    const ours = `select ${columns.map(({ path }) => quoted(path)).join(', ')}
      from read_json('${folder}/${name}.ndjson', format = 'newline_delimited', columns = {${shapeOf(columns)}})`;
    const theirs = `select ${columns.map((column) => `"${column.name}"`).join(', ')} from ${name.replace('/', '_')}`;
    const reader = await connection.runAndReadAll(`select (select count(*) from (${ours})), (select count(*) from (${theirs})),
      (select count(*) from (${ours} except all ${theirs})), (select count(*) from (${theirs} except all ${ours}))`);
    const [here, there, more, less] = reader.getRows()[0].map(Number);
    if (here === there && more + less === 0) continue;
    differ += 1;
    console.error(`${name}: ${here} rows beside ${there}; ${more} only here, ${less} only there`);
  }
  if (differ === 0) console.error(`${Object.keys(tables).length} tables are equal`);
  process.exitCode = differ === 0 ? 0 : 1;
}

const [day, rows] = process.argv.slice(2);
if (!day) {
  console.error('usage: node duckdb_map.mjs DAY [ROWS]');
  process.exit(2);
}
const connection = await connect();
console.log(JSON.stringify(await measured(connection, stagesOf(new URL('map_job.sql', import.meta.url), { day }))));
if (rows) await compare(connection, rows);
