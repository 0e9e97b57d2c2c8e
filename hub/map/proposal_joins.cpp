#include "hub/map/proposal_joins.hpp"

#include <algorithm>

#include "hub/map/proposal_text.hpp"

namespace homeroom::map {

namespace {

/// "schools" is school, "agencies" agency.
std::string one_of_them(const std::string& stream) {
  auto name = bare(stream);
  if (name.ends_with("ies")) return name.substr(0, name.size() - 3) + 'y';
  if (name.ends_with('s')) name.pop_back();
  return name;
}

const ColumnLook* look_of(const SeenStream& stream, const std::string& name) {
  auto found = std::ranges::find(stream.columns, name, &ColumnLook::name);
  return found == stream.columns.end() ? nullptr : &*found;
}

}  // namespace

bool may_be_key_of(const std::string& column, const StreamShape& other) {
  if (other.key.size() != 1) return false;
  auto name = bare(column), key = bare(other.key[0]), one = one_of_them(other.stream);
  bool key_names_stream = key.find(one) != std::string::npos;  // an `id` stands in every stream
  return name == one || name == one + key || name == one + "id" ||
         (name == key && key_names_stream);
}

std::vector<NearKey> near_keys(const SeenStream& stream, const std::vector<SeenStream>& others) {
  std::vector<NearKey> found;
  for (uint32_t c = 0; c < stream.columns.size(); ++c)
    for (const auto& other : others) {
      const auto& look = stream.columns[c];
      bool is_near =
          other.shape.stream != stream.shape.stream && may_be_key_of(look.name(), other.shape);
      const auto* key = is_near ? look_of(other, other.shape.key[0]) : nullptr;
      if (key && look.filled() > 0 && look.may_share_values(*key)) found.push_back({c, &other});
    }
  return found;
}

std::string as_comment(const SeenStream& stream, const std::vector<NearKey>& found) {
  std::string out;
  for (const auto& [column, other] : found) {
    const auto& shape = other->shape;
    std::vector<std::string> rest;
    for (const auto& look : other->columns)
      if (look.name() != shape.key[0]) rest.push_back(look.name());
    const auto& name = stream.columns[column].name();
    auto key = term(shape.key[0]);
    out +=
        wrapped("# " + name + " looks like the key of " + shape.stream + ", which also has:", rest);
    out += "# To use it, name " + shape.stream +
           " and its columns in reads, and take rows from a table:\n#   with_" +
           bare(shape.stream) + ":\n#     - from: " + stream.shape.stream +
           "\n#     - join: " + shape.stream + "\n#       by: " + shape.stream + "." + key + " = " +
           term(name) + '\n';
  }
  return out;
}

}  // namespace homeroom::map
