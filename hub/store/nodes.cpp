#include "hub/store/nodes.hpp"

#include "homeroom/error.hpp"
#include "hub/store/pair_key.hpp"

namespace homeroom::store {

using keys::Unit;

Nodes::Nodes(sqlite::Database& database, keys::KeyRing& keys)
    : database_(database),
      keys_(keys),
      find_(database, "SELECT token, digests, neighbors, uses FROM node WHERE key = ?"),
      frame_(database, "SELECT sealed FROM frame WHERE key = ?"),
      neighbors_(database, "SELECT neighbors FROM node WHERE key = ?"),
      put_(database, "REPLACE INTO node VALUES(?, ?, ?, ?, ?)"),
      put_frame_(database, "REPLACE INTO frame VALUES(?, ?)"),
      erase_(database, "DELETE FROM node WHERE key = ?"),
      erase_frame_(database, "DELETE FROM frame WHERE key = ?") {}

void Nodes::each(uint32_t source, const std::function<void(const NodeIndex&)>& visit) {
  sqlite::Statement rows(
      database_, "SELECT key, token, digests FROM node WHERE key BETWEEN ? AND ? ORDER BY key");
  rows.bind(first_key(source)).bind(last_key(source));
  NodeIndex index;
  while (rows.step()) {
    index.id = second_of(rows.integer(0));
    index.token = static_cast<uint64_t>(rows.integer(1));
    index.digests = rows.bytes(2);
    visit(index);
  }
}

Node Nodes::find(uint32_t source, uint32_t id) {
  int64_t key = pair_key(source, id);
  sqlite::Use row(find_);
  row->bind(key);
  if (!row->step()) throw Error(Next::fail, "a node that was asked for is not in the store");
  Node node{
      id, static_cast<uint64_t>(row->integer(0)), row->string(1), row->string(2), row->string(3),
      {}};
  sqlite::Use frame(frame_);
  frame->bind(key);
  if (frame->step()) keys_.open(Unit::frame, source, id, frame->bytes(0), node.frame);
  return node;
}

std::string Nodes::neighbors(uint32_t source, uint32_t id) {
  sqlite::Use row(neighbors_);
  row->bind(pair_key(source, id));
  return row->step() ? row->string(0) : std::string();
}

void Nodes::each_use(uint32_t source,
                     const std::function<void(uint32_t, std::string_view)>& visit) {
  sqlite::Statement rows(
      database_,
      "SELECT key, uses FROM node WHERE key BETWEEN ? AND ? AND length(uses) > 0 "
      "ORDER BY key");
  rows.bind(first_key(source)).bind(last_key(source));
  while (rows.step()) visit(second_of(rows.integer(0)), rows.bytes(1));
}

void Nodes::put(uint32_t source, const Node& node) {
  int64_t key = pair_key(source, node.id);
  put_.bind(key).bind(static_cast<int64_t>(node.token)).bind_bytes(node.digests);
  put_.bind_bytes(node.neighbors).bind_bytes(node.uses).execute();
  if (node.frame.empty()) {
    erase_frame_.bind(key).execute();
    return;
  }
  keys_.seal(Unit::frame, source, node.id, node.frame, sealed_);
  put_frame_.bind(key).bind_bytes(sealed_).execute();
}

void Nodes::erase(uint32_t source, uint32_t id) {
  erase_.bind(pair_key(source, id)).execute();
  erase_frame_.bind(pair_key(source, id)).execute();
}

int64_t Nodes::reference_number(uint32_t source, const std::string& stream) {
  sqlite::Statement row(database_, "SELECT number FROM reference WHERE source = ? AND stream = ?");
  row.bind(source).bind_text(stream);
  return row.step() ? row.integer(0) : 0;
}

std::string Nodes::reference(uint32_t source, const std::string& stream) {
  sqlite::Statement row(database_,
                        "SELECT number, sealed FROM reference WHERE source = ? AND stream = ?");
  row.bind(source).bind_text(stream);
  std::string plain;
  if (row.step())
    keys_.open(Unit::reference, source, static_cast<uint64_t>(row.integer(0)), row.bytes(1), plain);
  return plain;
}

void Nodes::put_reference(uint32_t source, const std::string& stream, std::string_view rows) {
  int64_t number = reference_number(source, stream);
  if (number == 0) number = database_.number("SELECT coalesce(max(number), 0) + 1 FROM reference");
  keys_.seal(Unit::reference, source, static_cast<uint64_t>(number), rows, sealed_);
  sqlite::Statement put(database_, "REPLACE INTO reference VALUES(?, ?, ?, ?)");
  put.bind(number).bind(source).bind_text(stream).bind_bytes(sealed_).execute();
}

}  // namespace homeroom::store
