#include "hub/store/nodes.hpp"

#include "homeroom/error.hpp"
#include "hub/store/pair_key.hpp"

namespace homeroom::store {

using keys::Unit;

Nodes::Nodes(sqlite::Database& database, keys::KeyRing& keys)
    : database_(database),
      keys_(keys),
      pages_(database),
      frame_(database, "SELECT sealed FROM frame WHERE key = ?"),
      put_frame_(database, "REPLACE INTO frame VALUES(?, ?)"),
      erase_frame_(database, "DELETE FROM frame WHERE key = ?") {}

void Nodes::each(uint32_t source, const std::function<void(const NodeIndex&)>& visit) {
  NodeIndex index;
  pages_.each(source, [&](uint32_t id, const NodeEntry& entry) {
    index.id = id;
    index.token = entry.token;
    index.digests = entry.digests;
    visit(index);
  });
}

Node Nodes::find(uint32_t source, uint32_t id) {
  auto entry = pages_.find(source, id);
  if (!entry) throw Error(Next::fail, "a node that was asked for is not in the store");
  Node node{id,
            entry->token,
            std::string(entry->digests),
            std::string(entry->neighbors),
            std::string(entry->uses),
            {}};
  if (!entry->has_frame) return node;
  sqlite::Use frame(frame_);
  frame->bind(pair_key(source, id));
  if (!frame->step()) throw Error(Next::fail, "the frame of a node is not in the store");
  keys_.open(Unit::frame, source, id, frame->bytes(0), node.frame);
  return node;
}

std::string Nodes::neighbors(uint32_t source, uint32_t id) {
  auto entry = pages_.find(source, id);
  return entry ? std::string(entry->neighbors) : std::string();
}

void Nodes::each_use(uint32_t source,
                     const std::function<void(uint32_t, std::string_view)>& visit) {
  pages_.each(source, [&](uint32_t id, const NodeEntry& entry) {
    if (!entry.uses.empty()) visit(id, entry.uses);
  });
}

void Nodes::put(uint32_t source, const Node& node) {
  bool has_frame = !node.frame.empty();
  if (!has_frame) erase_frame(source, node.id);
  pages_.put(source, node.id,
             {node.token, has_frame, node.digests, node.neighbors, node.uses});
  if (!has_frame) return;
  keys_.seal(Unit::frame, source, node.id, node.frame, sealed_);
  put_frame_.bind(pair_key(source, node.id)).bind_bytes(sealed_).execute();
}

void Nodes::erase(uint32_t source, uint32_t id) {
  erase_frame(source, id);
  pages_.erase(source, id);
}

void Nodes::erase_frame(uint32_t source, uint32_t id) {
  auto entry = pages_.find(source, id);
  if (entry && entry->has_frame) erase_frame_.bind(pair_key(source, id)).execute();
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
