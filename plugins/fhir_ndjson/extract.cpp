#include "plugins/fhir_ndjson/extract.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>

#include "homeroom/error.hpp"

namespace homeroom::fhir_ndjson {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::element_type;
using simdjson::dom::object;

// A number as its shortest text; FHIR's resources here hold none where the digits matter.
std::optional<std::string> scalar_text(element value) {
  switch (value.type()) {
    case element_type::BOOL:
      return value.get_bool().value_unsafe() ? "true" : "false";
    case element_type::INT64:
    case element_type::UINT64:
    case element_type::DOUBLE:
      return simdjson::to_string(value);
    default:
      return std::nullopt;
  }
}

template <class Word>
bool has_same_ends(std::string_view a, std::string_view b) {
  auto word = [](const char* at) {
    Word found;
    std::memcpy(&found, at, sizeof found);
    return found;
  };
  auto last = a.size() - sizeof(Word);
  return word(a.data()) == word(b.data()) && word(a.data() + last) == word(b.data() + last);
}

// Whether two names are equal, without a call for those of up to 16 letters.
bool is_same(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  if (a.size() > 2 * sizeof(uint64_t)) return a == b;
  if (a.size() >= sizeof(uint64_t)) return has_same_ends<uint64_t>(a, b);
  if (a.size() >= sizeof(uint32_t)) return has_same_ends<uint32_t>(a, b);
  if (a.size() >= sizeof(uint16_t)) return has_same_ends<uint16_t>(a, b);
  return a.empty() || a[0] == b[0];
}

}  // namespace

Extract::Extract(const Resource& resource, const std::vector<std::string>& columns) {
  for (size_t i = 0; i < columns.size(); ++i) {
    const ResourceColumn* column = resource.find(columns[i]);
    if (!column)
      throw Error(Next::not_readable,
                  "stream " + resource.name + " has no column '" + columns[i] + "'");
    has_alternatives_ |= alternatives(column->path).size() > 1;
    for (auto path : alternatives(column->path)) add_path(root_, path, static_cast<int>(i));
    cuts_.push_back(column->cut);
  }
  watch("id");
  watch("resourceType");
}

/// A step that fills no column and yet counts as read.
void Extract::watch(const char* name) {
  auto is_it = [&](const PathNode& step) { return step.name == name; };
  if (std::ranges::any_of(root_.below, is_it)) return;
  PathNode step;
  step.name = name;
  root_.below.push_back(std::move(step));
}

bool Extract::row(object document, Cells& cells) {
  has_double_ = false;
  walk(document, root_, cells);
  return !has_double_;
}

bool Extract::find(object members, std::string_view name, element& found) {
  bool is_there = false;
  for (auto member = members.begin(), end = members.end(); member != end; ++member) {
    if (!member.key_equals(name)) continue;
    has_double_ |= is_there;
    is_there = true;
    found = member.value();
  }
  return is_there;
}

bool Extract::has_text(element at, std::string_view key, std::string_view wanted) {
  array items;
  if (!at.get(items)) {
    for (element item : items)
      if (has_text(item, key, wanted)) return true;
    return false;
  }
  std::string_view text;
  if (key.empty()) return !at.get(text) && text == wanted;
  object here;
  element below;
  size_t dot = key.find('.');
  if (at.get(here) || !find(here, key.substr(0, dot), below)) return false;
  return has_text(below, dot == key.npos ? std::string_view() : key.substr(dot + 1), wanted);
}

// One pass over the members.
void Extract::walk(object document, const PathNode& above, Cells& cells) {
  if (has_alternatives_) return walk_in_order(document, above, cells);
  uint64_t seen = 0;  // by step; of more steps than bits the last ones are asked for one by one
  for (auto member = document.begin(), end = document.end(); member != end; ++member) {
    std::string_view name = member.key();
    uint64_t bit = 1;
    for (const auto& step : above.below) {
      if (is_same(name, step.name)) {
        has_double_ |= (seen & bit) != 0;
        seen |= bit;
        take(member.value(), step, cells);
      }
      bit <<= 1;
    }
  }
  for (size_t i = 64; i < above.below.size(); ++i) {
    element unused;
    find(document, above.below[i].name, unused);
  }
}

void Extract::walk_in_order(object document, const PathNode& above, Cells& cells) {
  for (const auto& step : above.below) {
    element found;
    if (find(document, step.name, found)) take(found, step, cells);
  }
}

void Extract::take(element found, const PathNode& step, Cells& cells) {
  if (step.which == PathNode::Which::field) return arrive(found, step, cells);
  array items;
  if (found.get(items)) return;
  if (step.which == PathNode::Which::all) return take_all(items, step, cells);
  uint32_t number = 0;
  for (element item : items) {
    bool is_it = step.which == PathNode::Which::number ? number++ == step.number
                                                       : has_text(item, step.key, step.value);
    if (is_it) return arrive(item, step, cells);
  }
}

void Extract::take_all(array items, const PathNode& step, Cells& cells) const {
  std::string joined;
  for (element item : items) {
    std::string_view text;
    if (item.get(text) || text.empty()) continue;
    if (!joined.empty()) joined += ' ';
    joined += text;
  }
  if (joined.empty()) return;
  std::string_view kept = cells.keep(std::move(joined));
  for (int column : step.columns) set(column, kept, cells);
}

void Extract::arrive(element found, const PathNode& step, Cells& cells) {
  object below;
  if (!step.below.empty() && !found.get(below)) walk(below, step, cells);
  if (step.columns.empty()) return;
  std::string_view text;
  if (!found.get(text)) {
    for (int column : step.columns) set(column, text, cells);
  } else if (auto scalar = scalar_text(found)) {
    std::string_view kept = cells.keep(std::move(*scalar));
    for (int column : step.columns) set(column, kept, cells);
  }
}

void Extract::set(int column, std::string_view text, Cells& cells) const {
  const std::string& cut = cuts_[static_cast<size_t>(column)];
  if (!cut.empty() && text.starts_with(cut)) text.remove_prefix(cut.size());
  if (!text.empty()) cells.set(column, text);
}

}  // namespace homeroom::fhir_ndjson
