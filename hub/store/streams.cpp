#include "hub/store/streams.hpp"

namespace homeroom::store {

namespace {

StreamState state_at(const sql::Statement& row) {
  StreamState state;
  state.source = row.string(0);
  state.stream = row.string(1);
  state.cursor = row.string(2);
  state.as_of_ms = row.integer(3);
  state.records = static_cast<uint64_t>(row.integer(4));
  state.proof = static_cast<int32_t>(row.integer(5));
  state.feeds_digest = row.string(6);
  return state;
}

}  // namespace

std::optional<StreamState> Streams::published(const std::string& source,
                                              const std::string& stream) {
  sql::Statement row(database_, "SELECT * FROM stream_state WHERE source = ? AND stream = ?");
  row.bind_text(source).bind_text(stream);
  if (!row.step()) return std::nullopt;
  return state_at(row);
}

// The generation that is being made is the next one.
void Streams::put_published(const StreamState& state) {
  put("REPLACE INTO stream_state VALUES(?, ?, ?, ?, ?, ?, ?)", state);
  put("REPLACE INTO stream_history SELECT generation + 1, ?, ?, ?, ?, ?, ?, ? FROM store", state);
}

std::vector<FormerStreamState> Streams::history() {
  sql::Statement rows(database_,
                      "SELECT source, stream, cursor, as_of_ms, records, proof, feeds_digest, "
                      "generation FROM stream_history ORDER BY generation DESC, source, stream");
  std::vector<FormerStreamState> all;
  while (rows.step()) all.push_back({static_cast<uint64_t>(rows.integer(7)), state_at(rows)});
  return all;
}

void Streams::erase_history(int64_t before_ms) {
  sql::Statement erase(database_,
                       "DELETE FROM stream_history WHERE as_of_ms < ? AND generation < ("
                       "SELECT max(newest.generation) FROM stream_history AS newest "
                       "WHERE newest.source = stream_history.source "
                       "AND newest.stream = stream_history.stream)");
  erase.bind(before_ms).execute();
}

std::vector<StreamState> Streams::all_published() {
  sql::Statement rows(database_, "SELECT * FROM stream_state ORDER BY source, stream");
  std::vector<StreamState> all;
  while (rows.step()) all.push_back(state_at(rows));
  return all;
}

std::optional<std::string> Streams::digest(const std::string& name) {
  sql::Statement row(database_, "SELECT digest FROM digest WHERE name = ?");
  row.bind_text(name);
  if (!row.step()) return std::nullopt;
  return row.string(0);
}

void Streams::put_digest(const std::string& name, const std::string& digest) {
  sql::Statement put(database_, "REPLACE INTO digest VALUES(?, ?)");
  put.bind_text(name).bind_bytes(digest).execute();
}

void Streams::put(const char* sql, const StreamState& state) {
  sql::Statement put(database_, sql);
  put.bind_text(state.source).bind_text(state.stream).bind_text(state.cursor).bind(state.as_of_ms);
  put.bind(static_cast<int64_t>(state.records)).bind(state.proof).bind_bytes(state.feeds_digest);
  put.execute();
}

}  // namespace homeroom::store
