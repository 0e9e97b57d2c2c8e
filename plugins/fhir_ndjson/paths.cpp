#include "plugins/fhir_ndjson/paths.hpp"

#include <algorithm>
#include <charconv>

#include "homeroom/error.hpp"

namespace homeroom::fhir_ndjson {
namespace {

constexpr uint32_t most_items = 10'000;

[[noreturn]] void refuse(std::string_view path, const std::string& why) {
  throw Error(Next::fix_settings, "path '" + std::string(path) + "' " + why);
}

// The end of the first step: the dot outside brackets.
size_t step_end(std::string_view path) {
  bool inside = false;
  for (size_t i = 0; i < path.size(); ++i) {
    if (path[i] == '[') inside = true;
    if (path[i] == ']') inside = false;
    if (path[i] == '.' && !inside) return i;
  }
  return path.size();
}

void read_brackets(PathNode& node, std::string_view inside, std::string_view path) {
  if (inside == "*") {
    node.which = PathNode::Which::all;
    return;
  }
  if (size_t equal = inside.find('='); equal != inside.npos) {
    node.which = PathNode::Which::equal;
    node.key = inside.substr(0, equal);
    node.value = inside.substr(equal + 1);
    if (node.key.empty() || node.value.empty()) refuse(path, "has an empty [key=value]");
    return;
  }
  node.which = PathNode::Which::number;
  auto end = inside.data() + inside.size();
  auto read = std::from_chars(inside.data(), end, node.number);
  if (read.ec != std::errc{} || read.ptr != end || node.number > most_items)
    refuse(path, "has brackets without a number, '*' or key=value");
}

PathNode read_step(std::string_view step, std::string_view path) {
  PathNode node;
  size_t open = step.find('[');
  node.name = step.substr(0, open);
  if (node.name.empty()) refuse(path, "has an empty step");
  if (open == step.npos) return node;
  if (step.back() != ']') refuse(path, "has a bracket that does not close its step");
  read_brackets(node, step.substr(open + 1, step.size() - open - 2), path);
  return node;
}

bool is_same_step(const PathNode& a, const PathNode& b) {
  return a.name == b.name && a.which == b.which && a.number == b.number && a.key == b.key &&
         a.value == b.value;
}

void add_from(PathNode& above, std::string_view rest, std::string_view path, int column) {
  size_t end = step_end(rest);
  PathNode step = read_step(rest.substr(0, end), path);
  auto same = [&](const PathNode& other) { return is_same_step(step, other); };
  auto found = std::ranges::find_if(above.below, same);
  if (found == above.below.end()) found = above.below.insert(found, std::move(step));
  if (end == rest.size())
    found->columns.push_back(column);
  else
    add_from(*found, rest.substr(end + 1), path, column);
}

}  // namespace

std::vector<std::string_view> alternatives(std::string_view path) {
  std::vector<std::string_view> all;
  bool inside = false;
  size_t from = 0;
  for (size_t i = 0; i < path.size(); ++i) {
    if (path[i] == '[') inside = true;
    if (path[i] == ']') inside = false;
    if (path[i] != '|' || inside) continue;
    all.push_back(path.substr(from, i - from));
    from = i + 1;
  }
  all.push_back(path.substr(from));
  return all;
}

void add_path(PathNode& root, std::string_view path, int column) {
  if (path.empty()) refuse(path, "is empty");
  add_from(root, path, path, column);
}

}  // namespace homeroom::fhir_ndjson
