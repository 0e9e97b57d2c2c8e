#include "hub/flow/layout.hpp"

#include <algorithm>

namespace homeroom::flow {

namespace {

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    auto end = std::min(text.find(separator), text.size());
    parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

}  // namespace

// A line a stream: stream, space, role, subject, key indexes, columns; fields are separated by
// tabs.
std::string pack_layouts(const std::vector<Layout>& layouts) {
  std::string out;
  for (const auto& layout : layouts) {
    out += layout.stream + '\t' + layout.space + '\t' + (layout.is_reference ? "r" : "s") + '\t' +
           std::to_string(layout.subject) + '\t';
    for (auto key : layout.key) out += std::to_string(key) + ' ';
    for (const auto& column : layout.columns) out += '\t' + column;
    out += '\n';
  }
  return out;
}

std::vector<Layout> unpack_layouts(std::string_view packed) {
  std::vector<Layout> layouts;
  for (const auto& line : split(packed, '\n')) {
    auto fields = split(line, '\t');
    Layout layout;
    layout.stream = fields[0];
    layout.space = fields[1];
    layout.is_reference = fields[2] == "r";
    layout.subject = static_cast<uint32_t>(std::stoul(fields[3]));
    for (const auto& key : split(fields[4], ' '))
      layout.key.push_back(static_cast<uint32_t>(std::stoul(key)));
    layout.columns.assign(fields.begin() + 5, fields.end());
    layouts.push_back(std::move(layout));
  }
  return layouts;
}

Layout layout_of(const std::string& stream, const extract::StreamPlan& plan) {
  return {stream,       plan.columns,    plan.key,
          plan.subject, plan.info.space, plan.info.role == plugin::Role::reference};
}

void apply_layout(const Layout& layout, extract::StreamPlan& plan) {
  plan.columns = layout.columns;
  plan.key = layout.key;
  plan.subject = layout.subject;
  plan.info.name = layout.stream;
  plan.info.space = layout.space;
  plan.info.role = layout.is_reference ? plugin::Role::reference : plugin::Role::subject;
  plan.key_names_subject = std::ranges::find(plan.key, plan.subject) != plan.key.end();
}

std::vector<int> moves(const Layout& before, const Layout& now) {
  if (before.columns == now.columns) return {};
  std::vector<int> from;
  for (const auto& column : now.columns) {
    auto found = std::ranges::find(before.columns, column);
    from.push_back(
        found == before.columns.end() ? -1 : static_cast<int>(found - before.columns.begin()));
  }
  return from;
}

}  // namespace homeroom::flow
