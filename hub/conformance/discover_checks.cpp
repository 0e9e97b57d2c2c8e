#include <algorithm>
#include <set>

#include "homeroom/plugin.h"
#include "hub/conformance/check.hpp"

namespace homeroom::conformance {

namespace {

using plugin::StreamInfo;

bool is_known_format(const std::string& format) {
  static const std::set<std::string> whole = {"vu", "u", "U", "l", "i", "g", "f", "b", "tdD", "n"};
  return whole.contains(format) || format.starts_with("ts");
}

bool has_column(const StreamInfo& stream, const std::string& name) {
  return std::ranges::find(stream.columns, name, &plugin::ColumnInfo::name) != stream.columns.end();
}

void check_columns(const StreamInfo& stream, const std::string& of) {
  std::set<std::string> names;
  expect(!stream.columns.empty(), of + "it has no column");
  for (const auto& column : stream.columns) {
    expect(!column.name.empty(), of + "a column has no name");
    expect(names.insert(column.name).second, of + "column '" + column.name + "' is told twice");
    expect(column.name != "_op" && column.name != "_line" && column.name != "_offset",
           of + "column '" + column.name + "' is reserved");
    expect(!column.name.ends_with('?'), of + "a column's name ends with '?'");
    expect(is_known_format(column.format),
           of + "column '" + column.name + "' is of a type this hub does not take");
  }
}

void check_streams(const Bench& bench) {
  auto opened = bench.open();
  auto streams = (*opened)->discover();
  expect(!streams.empty(), "with the sample's settings it tells no stream");
  std::set<std::string> names;
  for (const auto& stream : streams) {
    std::string of = "stream '" + stream.name + "': ";
    expect(!stream.name.empty(), "a stream has no name");
    expect(names.insert(stream.name).second, of + "it is told twice");
    check_columns(stream, of);
    for (const auto& key : stream.key)
      expect(has_column(stream, key), of + "its key '" + key + "' is no column of it");
    expect(stream.subject.empty() || has_column(stream, stream.subject),
           of + "its subject '" + stream.subject + "' is no column of it");
    expect(stream.role == plugin::Role::subject || stream.subject.empty(),
           of + "a reference has no subject");
    expect(stream.gone == plugin::Gone::never || !stream.key.empty(),
           of + "without a key nobody can tell which record is gone");
  }
}

void check_manifest(const Bench& bench) {
  const auto& promised = bench.manifest().streams;
  if (promised.empty()) throw Skipped{"the manifest names no stream; its settings do"};
  for (const auto& stream : bench.streams()) {
    auto rule = std::ranges::find(promised, stream.name, &plugin::StreamRule::name);
    std::string of = "stream '" + stream.name + "': ";
    expect(rule != promised.end(), of + "the manifest does not name it");
    expect(rule->key == stream.key, of + "its key is another than in the manifest");
    expect(rule->subject == stream.subject, of + "its subject is another than in the manifest");
    expect(rule->space == stream.space, of + "its space is another than in the manifest");
    for (const auto& column : rule->columns)
      expect(has_column(stream, column), of + "column '" + column + "' of the manifest is missing");
  }
}

void check_again(const Bench& bench) {
  auto opened = bench.open();
  auto first = (*opened)->discover();
  auto second = (*opened)->discover();
  expect(first.size() == second.size(), "a second look tells another number of streams");
  for (size_t i = 0; i < first.size(); ++i) {
    auto names = [](const StreamInfo& stream) {
      std::vector<std::string> all{stream.name};
      for (const auto& column : stream.columns) all.push_back(column.name);
      return all;
    };
    expect(names(first[i]) == names(second[i]),
           "stream '" + first[i].name + "': a second look tells something else");
  }
}

}  // namespace

std::vector<Check> discover_checks() {
  return {
      {"discover", "streams", "streams, keys and columns make sense", HR_DISCOVER, true,
       check_streams},
      {"discover", "manifest", "streams are those of the manifest", HR_DISCOVER, true,
       check_manifest},
      {"discover", "again", "looking twice tells the same", HR_DISCOVER, true, check_again},
  };
}

}  // namespace homeroom::conformance
