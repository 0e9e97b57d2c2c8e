#include <set>

#include "hub/map/lint_parts.hpp"

namespace homeroom::map {

namespace {

using settings::Kind;
using settings::Node;

void take_uses(const Node& node, std::set<std::string>& used) {
  if (node.kind() == Kind::list)
    for (const auto& item : node.items()) take_uses(item, used);
  if (node.kind() != Kind::map) return;
  if (auto use = node.find("use"); use.kind() == Kind::scalar) used.insert(use.text());
  for (const auto& [key, value] : node.entries()) take_uses(value, used);
}

}  // namespace

void lint_pieces(const Node& root, std::vector<Remark>& remarks) {
  std::set<std::string> used;
  for (const auto& [key, value] : root.entries())
    if (key.text() != "cases") take_uses(value, used);
  for (const auto& [name, piece] : root.find("pieces").entries())
    if (!used.contains(name.text()))
      remarks.push_back({false, name.place(), "nothing uses the piece " + name.text()});
}

}  // namespace homeroom::map
