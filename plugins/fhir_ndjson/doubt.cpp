#include "plugins/fhir_ndjson/doubt.hpp"

namespace homeroom::fhir_ndjson {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

constexpr int deepest = 128;

/// One of 64 bits for a name; names of one object rarely share one.
uint64_t mark(std::string_view name) {
  if (name.empty()) return 1;
  auto first = static_cast<unsigned char>(name.front()),
       last = static_cast<unsigned char>(name.back());
  return uint64_t{1} << ((name.size() * 13 + first * 5 + last) & 63);
}

bool stands_before(object members, std::string_view name, size_t place) {
  size_t at = 0;
  for (auto member : members) {
    if (at++ == place) return false;
    if (member.key == name) return true;
  }
  return false;
}

const char* doubt(element value, int depth) {
  if (depth > deepest) return "the resource is nested deeper than 128 levels";
  array items;
  if (!value.get(items)) {
    for (element item : items)
      if (const char* why = doubt(item, depth + 1)) return why;
    return nullptr;
  }
  object members;
  if (value.get(members)) return nullptr;
  uint64_t seen = 0;
  size_t place = 0;
  for (auto member : members) {
    uint64_t bit = mark(member.key);
    if ((seen & bit) && stands_before(members, member.key, place))
      return "a name stands twice in one object of it";
    seen |= bit;
    ++place;
    if (const char* why = doubt(member.value, depth + 1)) return why;
  }
  return nullptr;
}

}  // namespace

const char* doubt(element document) {
  return doubt(document, 1);
}

}  // namespace homeroom::fhir_ndjson
