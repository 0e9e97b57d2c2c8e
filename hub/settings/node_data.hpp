// What a Node holds; known to the reader of YAML and to Node alone.
#pragma once

#include <string>
#include <vector>

#include "hub/settings/node.hpp"

namespace homeroom::settings {

struct Node::Data {
  Kind kind = Kind::nothing;
  Place place;
  bool was_quoted = false;
  std::string text;
  std::string note;         ///< behind every complaint
  std::vector<Node> items;  ///< of a list; of a map: key, value, key, value ...
};

}  // namespace homeroom::settings
