#include "hub/settings/flat.hpp"

#include <algorithm>

namespace homeroom::settings {

namespace {

using TextOf = std::function<std::string(const Node& scalar)>;

void flatten(const std::string& name, const Node& node, const TextOf& text_of, Flat& out) {
  switch (node.kind()) {
    case Kind::nothing:
      return;
    case Kind::scalar:
      out.emplace_back(name, text_of(node));
      return;
    case Kind::list: {
      std::size_t i = 0;
      for (const auto& item : node.items())
        flatten(name + '.' + std::to_string(i++), item, text_of, out);
      return;
    }
    case Kind::map:
      for (const auto& [key, value] : node.entries())
        flatten(name + '.' + key.text(), value, text_of, out);
  }
}

}  // namespace

Flat flat_settings(const Node& node, const std::vector<std::string_view>& own,
                   const TextOf& text_of) {
  Flat settings;
  for (const auto& [key, value] : node.entries())
    if (std::ranges::find(own, key.text()) == own.end())
      flatten(key.text(), value, text_of, settings);
  return settings;
}

}  // namespace homeroom::settings
