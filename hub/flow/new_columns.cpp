#include "hub/flow/new_columns.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace homeroom::flow {

namespace {

using nlohmann::json;

constexpr std::size_t most_named = 8;

std::string in_words(const std::string& stream, const std::vector<std::string>& columns) {
  auto out = stream + (columns.size() == 1 ? " has a new column" : " has new columns") +
             " that no mapping reads: ";
  for (std::size_t i = 0; i < std::min(columns.size(), most_named); ++i)
    out += (i == 0 ? "" : ", ") + columns[i];
  if (columns.size() > most_named)
    out += " and " + std::to_string(columns.size() - most_named) + " more";
  return out;
}

/// Those that are offered, not read, and not known; known when it returns.
std::vector<std::string> take_new(const extract::StreamPlan& stream, json& known) {
  std::vector<std::string> found;
  for (const auto& column : stream.info.columns) {
    // As it is stored: bytes that are no UTF-8 would not come back as they were.
    auto text = json(column.name).dump(-1, ' ', false, json::error_handler_t::replace);
    if (std::ranges::find(known, json(text)) != known.end()) continue;
    known.push_back(text);
    if (std::ranges::find(stream.columns, column.name) == stream.columns.end())
      found.push_back(column.name);
  }
  return found;
}

}  // namespace

void tell_new_columns(store::Store& store, const std::string& source, extract::SourcePlan& plan) {
  auto name = "columns:" + source;
  auto before = store.digest(name);
  auto known = before ? json::parse(*before) : json::object();
  for (const auto& stream : plan.streams) {
    if (!stream.is_offered || stream.info.columns.empty()) continue;
    bool is_first = !known.contains(stream.info.name);
    if (is_first) known[stream.info.name] = json::array();
    auto found = take_new(stream, known[stream.info.name]);
    if (!is_first && !found.empty()) plan.remarks.push_back(in_words(stream.info.name, found));
  }
  if (auto text = known.dump(); text != before) store.put_digest(name, text);
}

}  // namespace homeroom::flow
