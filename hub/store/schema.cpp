#include "hub/store/schema.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace homeroom::store {

namespace {

// Indexes and blobs lie in tables of their own, so that a scan of the one never reads the other.
// PostgreSQL is told the same (hub/postgres/dialect.hpp).
// Keys of (a, b) are a << 32 | b: an integer key in order is what SQLite loads fastest.
constexpr const char* first = R"(
CREATE TABLE store(
  one INTEGER PRIMARY KEY CHECK (one = 1),
  tenant TEXT NOT NULL, key_check TEXT NOT NULL, origin TEXT NOT NULL,
  generation INTEGER NOT NULL, last_run INTEGER NOT NULL);
CREATE TABLE source(number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE destination(
  number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, last_delivery INTEGER NOT NULL DEFAULT 0);

CREATE TABLE node_page(key INTEGER PRIMARY KEY, entries BLOB NOT NULL);
CREATE TABLE frame_page(key INTEGER PRIMARY KEY, entries BLOB NOT NULL);
CREATE TABLE reference(
  number INTEGER PRIMARY KEY, source INTEGER NOT NULL REFERENCES source(number),
  stream TEXT NOT NULL, sealed BLOB NOT NULL, UNIQUE (source, stream));

CREATE TABLE link_page(
  key INTEGER PRIMARY KEY, links BLOB NOT NULL, mark INTEGER NOT NULL, features BLOB NOT NULL);
CREATE TABLE person(
  number INTEGER PRIMARY KEY, id TEXT NOT NULL, is_live INTEGER NOT NULL, ended_on INTEGER,
  merged_into TEXT NOT NULL);
CREATE TABLE profile(
  person INTEGER PRIMARY KEY, content_hash INTEGER NOT NULL, version INTEGER NOT NULL,
  changed_in INTEGER NOT NULL, changes_on INTEGER);
CREATE TABLE profile_rows(person INTEGER PRIMARY KEY, sealed BLOB NOT NULL);
CREATE TABLE share_page(key INTEGER PRIMARY KEY, entries BLOB NOT NULL);

CREATE TABLE stream_state(
  source TEXT NOT NULL, stream TEXT NOT NULL, cursor TEXT NOT NULL, as_of_ms INTEGER NOT NULL,
  records INTEGER NOT NULL, proof INTEGER NOT NULL, file_digest BLOB NOT NULL,
  PRIMARY KEY (source, stream));
CREATE TABLE landed(
  source TEXT NOT NULL, stream TEXT NOT NULL, cursor TEXT NOT NULL, as_of_ms INTEGER NOT NULL,
  records INTEGER NOT NULL, proof INTEGER NOT NULL, file_digest BLOB NOT NULL,
  PRIMARY KEY (source, stream));
CREATE TABLE digest(name TEXT PRIMARY KEY, digest BLOB NOT NULL);

CREATE TABLE quarantine(
  key INTEGER PRIMARY KEY, source TEXT NOT NULL, stream TEXT NOT NULL, file TEXT NOT NULL,
  record INTEGER NOT NULL, line INTEGER NOT NULL, offset INTEGER NOT NULL, field TEXT NOT NULL,
  why TEXT NOT NULL, hash INTEGER NOT NULL, first_run INTEGER NOT NULL, sealed BLOB NOT NULL);

CREATE TABLE run(
  number INTEGER PRIMARY KEY, job TEXT NOT NULL, status TEXT NOT NULL, report TEXT NOT NULL,
  started_ms INTEGER NOT NULL);
CREATE TABLE terms(
  number INTEGER PRIMARY KEY, destination INTEGER NOT NULL, recipient TEXT NOT NULL,
  purpose TEXT NOT NULL, agreement TEXT NOT NULL, rules TEXT NOT NULL, classes TEXT NOT NULL,
  policy_version TEXT NOT NULL);
CREATE TABLE disclosure(
  number INTEGER PRIMARY KEY, terms INTEGER NOT NULL REFERENCES terms(number),
  person TEXT NOT NULL, sequence INTEGER NOT NULL, digest BLOB NOT NULL, at_ms INTEGER NOT NULL,
  hash TEXT NOT NULL);
CREATE TABLE audit(
  number INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, actor TEXT NOT NULL, act TEXT NOT NULL,
  target TEXT NOT NULL, why BLOB NOT NULL, hash TEXT NOT NULL);
)";

// What a person set for a student; a number is never given twice.
constexpr const char* corrections = R"(
CREATE TABLE correction(
  number INTEGER PRIMARY KEY AUTOINCREMENT, person INTEGER NOT NULL, field TEXT NOT NULL,
  state INTEGER NOT NULL, until INTEGER, made_ms INTEGER NOT NULL, actor TEXT NOT NULL,
  sealed BLOB NOT NULL, UNIQUE (person, field));
)";

// What people decided about records and students; never erased. A page of links knows the weights
// of its matches, one float each; an empty one none.
constexpr const char* decisions = R"(
CREATE TABLE decision(
  number INTEGER PRIMARY KEY AUTOINCREMENT, source INTEGER NOT NULL, record INTEGER NOT NULL,
  person INTEGER NOT NULL, verdict INTEGER NOT NULL, made_ms INTEGER NOT NULL, actor TEXT NOT NULL,
  undone_ms INTEGER, undone_by TEXT NOT NULL DEFAULT '', sealed BLOB NOT NULL);
ALTER TABLE link_page ADD COLUMN weights BLOB NOT NULL DEFAULT x'';
)";

// What matching knows lies apart from whose a record is, in small pages that are opened one by one;
// and which records have a blocking token (docs/decisions/0017). Records of a store of before are
// read again from their frames.
constexpr const char* postings = R"(
CREATE TABLE feature_page(key INTEGER PRIMARY KEY, sealed BLOB NOT NULL);
CREATE TABLE posting_segment(
  number INTEGER PRIMARY KEY, source INTEGER NOT NULL, bits INTEGER NOT NULL,
  entries INTEGER NOT NULL);
CREATE TABLE posting_page(key INTEGER PRIMARY KEY, sealed BLOB NOT NULL);
ALTER TABLE link_page DROP COLUMN mark;
ALTER TABLE link_page DROP COLUMN features;
)";

// What a person wants done about a record set aside; -1: a row of before, whose sealed part is
// short.
constexpr const char* settled_asides = R"(
ALTER TABLE quarantine ADD COLUMN state INTEGER NOT NULL DEFAULT -1;
ALTER TABLE quarantine ADD COLUMN reads_again INTEGER NOT NULL DEFAULT 0;
)";

// Which keys a segment's pages are sealed with: places of erased segments are used again. And how
// far each stream was read when.
constexpr const char* key_places = R"(
ALTER TABLE posting_segment ADD COLUMN place INTEGER NOT NULL DEFAULT 0;
UPDATE posting_segment SET place = number;
CREATE TABLE stream_history(
  generation INTEGER NOT NULL, source TEXT NOT NULL, stream TEXT NOT NULL, cursor TEXT NOT NULL,
  as_of_ms INTEGER NOT NULL, records INTEGER NOT NULL, proof INTEGER NOT NULL,
  file_digest BLOB NOT NULL, PRIMARY KEY (generation, source, stream)) WITHOUT ROWID;
)";

// Who gave a cursor: with other settings it may be of another service. Nothing was ever landed.
constexpr const char* cursor_feeds = R"(
ALTER TABLE stream_state RENAME COLUMN file_digest TO feeds_digest;
ALTER TABLE stream_history RENAME COLUMN file_digest TO feeds_digest;
DROP TABLE landed;
)";

// What destinations refused, one row for each (destination, person); `place` is the run and number
// people know it by.
constexpr const char* refusals = R"(
CREATE TABLE refusal(
  key INTEGER PRIMARY KEY, place INTEGER NOT NULL UNIQUE, sequence INTEGER NOT NULL,
  is_dropped INTEGER NOT NULL, sealed BLOB NOT NULL);
)";

// On which day a source brought a record set aside last; 0: before that was noted.
constexpr const char* asides_seen = R"(
ALTER TABLE quarantine ADD COLUMN seen_on INTEGER NOT NULL DEFAULT 0;
)";

// On which nodes the records of a stream hang, by key. Stores of before kept it as one text, if at
// all; it is made from the rows when a night asks for it.
constexpr const char* record_keys = R"(
CREATE TABLE keyed_stream(
  number INTEGER PRIMARY KEY, source INTEGER NOT NULL REFERENCES source(number),
  stream TEXT NOT NULL, columns TEXT NOT NULL, UNIQUE (source, stream));
CREATE TABLE key_segment(
  number INTEGER PRIMARY KEY, stream INTEGER NOT NULL, bits INTEGER NOT NULL,
  entries INTEGER NOT NULL, place INTEGER NOT NULL);
CREATE TABLE key_page(key INTEGER PRIMARY KEY, sealed BLOB NOT NULL);
DELETE FROM reference WHERE stream LIKE 'keys of %';
)";

// Few changed entries of a page of nodes or shares; before them, the pages say what is.
constexpr const char* entry_changes = R"(
CREATE TABLE node_change(key INTEGER PRIMARY KEY, entry BLOB NOT NULL);
CREATE TABLE share_change(key INTEGER PRIMARY KEY, entry BLOB NOT NULL);
)";

// Versions before this one were never released; their pages and rows had other layouts
// (docs/decisions/0008, 0009).
constexpr int64_t first_version = 4;

// Numbered by their place, forward only; a released step is never edited.
constexpr std::array steps = {first,          corrections, decisions,    postings,
                              settled_asides, key_places,  cursor_feeds, refusals,
                              asides_seen,    record_keys, entry_changes};

}  // namespace

int64_t oldest_schema() {
  return first_version;
}

int64_t newest_schema() {
  return first_version + static_cast<int64_t>(steps.size()) - 1;
}

void bring_forward(sql::Database& database, int64_t version, int64_t to) {
  for (version = std::max(version, first_version - 1); version < to; ++version)
    database.run(steps[static_cast<std::size_t>(version + 1 - first_version)]);
}

}  // namespace homeroom::store
