// Paths into a JSON document: a.b, a[0].b, a[key=value].b, a[*].b. Many paths become one tree that
// is walked once a document.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace homeroom::fhir_ndjson {

/// One step of a path and all that follow it.
struct PathNode {
  enum class Which : uint8_t {
    field,   ///< a
    number,  ///< a[0]: the item of that number
    equal,   ///< a[key=value]: the first item whose key has that text
    all,     ///< a[*]: every item, joined by a space
  };
  std::string name;
  Which which = Which::field;
  uint32_t number = 0;
  std::string key;
  std::string value;
  std::vector<int> columns;  ///< that end here
  std::vector<PathNode> below;
};

/// Adds a path that fills `column`. Throws Error(fix_settings) with the place in the path that
/// makes no sense.
void add_path(PathNode& root, std::string_view path, int column);

/// "first|second": the first path that is there fills the column.
std::vector<std::string_view> alternatives(std::string_view path);

}  // namespace homeroom::fhir_ndjson
