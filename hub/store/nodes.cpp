#include "hub/store/nodes.hpp"

#include <cstring>

#include "homeroom/error.hpp"
#include "hub/record/varint.hpp"

namespace homeroom::store {

using keys::Unit;

namespace {

/// What is known of a node beside its frame; points into its page.
struct Entry {
  uint64_t token = 0;
  bool has_frame = false;
  std::string_view digests, neighbors, uses;
};

// u8 has a frame | u64 token | three texts, each with its size as a number of variable length in
// front.
void pack(const Node& node, std::string& out) {
  out.clear();
  out += static_cast<char>(!node.frame.empty());
  out.append(reinterpret_cast<const char*>(&node.token), sizeof node.token);
  for (const auto* text : {&node.digests, &node.neighbors, &node.uses}) {
    record::append_number(out, text->size());
    out += *text;
  }
}

Entry unpack(std::string_view bytes) {
  auto broken = [] { return Error(Next::fail, "a node in the store is cut short"); };
  Entry entry;
  if (bytes.size() < 1 + sizeof entry.token) throw broken();
  entry.has_frame = bytes[0] != 0;
  std::memcpy(&entry.token, bytes.data() + 1, sizeof entry.token);
  bytes.remove_prefix(1 + sizeof entry.token);
  for (auto* text : {&entry.digests, &entry.neighbors, &entry.uses}) {
    uint64_t size = 0;
    if (!record::take_number(bytes, size) || size > bytes.size()) throw broken();
    *text = bytes.substr(0, size);
    bytes.remove_prefix(size);
  }
  return entry;
}

}  // namespace

Nodes::Nodes(sql::Database& database, keys::KeyRing& keys)
    : keys_(keys),
      pages_(database, "node_page", 8, "node_change"),
      frames_(database, "frame_page", 2) {}

void Nodes::flush() {
  pages_.flush();
  frames_.flush();
}

void Nodes::forget() {
  pages_.forget();
  frames_.forget();
}

void Nodes::each(uint32_t source, const std::function<void(const NodeIndex&)>& visit) {
  NodeIndex index;
  pages_.each(source, [&](uint32_t id, std::string_view bytes) {
    auto entry = unpack(bytes);
    index.id = id;
    index.token = entry.token;
    index.digests = entry.digests;
    visit(index);
  });
}

std::optional<NodeIndex> Nodes::index(uint32_t source, uint32_t id) {
  auto bytes = pages_.find(source, id);
  if (!bytes) return std::nullopt;
  auto entry = unpack(*bytes);
  return NodeIndex{id, entry.token, std::string(entry.digests)};
}

std::optional<Node> Nodes::beside_frame(uint32_t source, uint32_t id) {
  auto bytes = pages_.find(source, id);
  if (!bytes) return std::nullopt;
  auto entry = unpack(*bytes);
  return Node{id,
              entry.token,
              std::string(entry.digests),
              std::string(entry.neighbors),
              std::string(entry.uses),
              {},
              entry.has_frame};
}

std::string Nodes::frame(uint32_t source, uint32_t id) {
  std::string frame;
  if (auto sealed = frames_.find(source, id)) keys_.open(Unit::frame, source, id, *sealed, frame);
  return frame;
}

Node Nodes::find(uint32_t source, uint32_t id) {
  auto node = beside_frame(source, id);
  if (!node) throw Error(Next::fail, "a node that was asked for is not in the store");
  if (node->has_frame) node->frame = frame(source, id);
  if (node->has_frame && node->frame.empty())
    throw Error(Next::fail, "the frame of a node is not in the store");
  return std::move(*node);
}

std::string Nodes::neighbors(uint32_t source, uint32_t id) {
  auto entry = pages_.find(source, id);
  return entry ? std::string(unpack(*entry).neighbors) : std::string();
}

void Nodes::each_use(uint32_t source,
                     const std::function<void(uint32_t, std::string_view)>& visit) {
  pages_.each(source, [&](uint32_t id, std::string_view bytes) {
    auto uses = unpack(bytes).uses;
    if (!uses.empty()) visit(id, uses);
  });
}

void Nodes::put(uint32_t source, const Node& node) {
  pack(node, entry_);
  pages_.put(source, node.id, entry_);
  if (node.frame.empty()) return frames_.erase(source, node.id);
  keys_.seal(Unit::frame, source, node.id, node.frame, sealed_);
  frames_.put(source, node.id, sealed_);
}

void Nodes::erase(uint32_t source, uint32_t id) {
  frames_.erase(source, id);
  pages_.erase(source, id);
}

}  // namespace homeroom::store
