// The rows of plain files, mapped in memory.
#include <algorithm>
#include <fstream>
#include <optional>
#include <sstream>

#include <simdjson.h>

#include "homeroom/error.hpp"
#include "hub/map/cases.hpp"
#include "hub/map/map.hpp"

namespace homeroom::map {

namespace {

std::string whole(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw Error(Next::fix_settings, path.string() + ": cannot be opened");
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

/// The text a CSV file would have for the value; nothing for null.
std::optional<std::string> text_of(simdjson::dom::element value) {
  if (value.is_null()) return std::nullopt;
  if (value.is_string()) return std::string(std::string_view(value));
  return simdjson::minify(value);
}

void take_ndjson(GivenRows& rows, uint32_t stream, const Reads& reads, const std::string& text,
                 const std::filesystem::path& path) {
  simdjson::dom::parser parser;
  std::vector<std::optional<std::string>> texts(reads.columns.size());
  std::vector<const std::string*> values(reads.columns.size());
  uint32_t line = 0;
  for (std::size_t at = 0; at < text.size();) {
    auto end = std::min(text.find('\n', at), text.size());
    ++line;
    std::string_view record(text.data() + at, end - at);
    at = end + 1;
    if (record.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    simdjson::dom::object object;
    if (parser.parse(record.data(), record.size()).get(object))
      throw Error(Next::not_readable,
                  path.string() + ":" + std::to_string(line) + ": not a JSON object");
    for (std::size_t c = 0; c < texts.size(); ++c) {
      simdjson::dom::element value;
      bool is_there = object[reads.columns[c].name].get(value) == simdjson::SUCCESS;
      texts[c] = is_there ? text_of(value) : std::nullopt;
      values[c] = texts[c] ? &*texts[c] : nullptr;
    }
    rows.take(stream, values, line);
  }
}

uint32_t index_of(const Mapping& mapping, const std::string& stream) {
  std::vector<std::string> names;
  for (const auto& reads : mapping.reads()) {
    if (reads.stream == stream) return static_cast<uint32_t>(names.size());
    names.push_back(reads.stream);
  }
  auto near = settings::did_you_mean(stream, names);
  throw Error(Next::fix_settings, "the mapping reads no stream " + stream +
                                      (near ? ", did you mean " + *near + "?" : ""));
}

/// Refuses a head that lacks a column which may not be missing.
void check_head(const Reads& reads, const std::string& text, const std::filesystem::path& path) {
  std::vector<std::string> head;
  each_record(std::string_view(text).substr(0, std::min(text.find('\n'), text.size())),
              [&](const std::vector<std::string>& cells, uint32_t) { head = cells; });
  for (const auto& column : reads.columns) {
    if (column.is_optional || std::ranges::find(head, column.name) != head.end()) continue;
    auto near = settings::did_you_mean(column.name, head);
    throw Error(Next::fix_settings, path.string() + ":1: no column " + column.name +
                                        (near ? ", did you mean " + *near + "?" : ""));
  }
}

void take_file(GivenRows& rows, const Mapping& mapping, const std::string& stream,
               const std::filesystem::path& path) {
  auto index = index_of(mapping, stream);
  const auto& reads = mapping.reads()[index];
  auto text = whole(path);
  if (path.extension() == ".ndjson" || path.extension() == ".jsonl")
    return take_ndjson(rows, index, reads, text, path);
  check_head(reads, text, path);
  try {
    rows.take_csv(stream, text);
  } catch (const Error& wrong) {
    throw Error(Next::not_readable, path.string() + ": " + wrong.what());
  }
}

}  // namespace

std::pair<std::filesystem::path, uint32_t> MappedFiles::place(uint32_t stream, uint32_t row) const {
  const auto& starts = files[stream];
  auto after = std::ranges::upper_bound(starts, row, {}, [](const auto& start) { return start.first; });
  if (after == starts.begin()) return {};
  return {std::prev(after)->second, block.streams[stream].lines[row]};
}

void with_mapped_files(const std::filesystem::path& mapping,
                       const std::multimap<std::string, std::filesystem::path>& inputs, const record::Model& model,
                       const std::map<std::string, std::string>& parameters,
                       const std::function<void(const MappedFiles&)>& use) {
  std::vector<Remark> remarks;
  auto compiled = Mapping::compile(mapping, model, {}, parameters, remarks);
  for (const auto& remark : remarks)
    if (remark.is_error)
      throw Error(Next::fix_settings, remark.place.file + ":" + std::to_string(remark.place.line) +
                                          ":" + std::to_string(remark.place.column) + ": " +
                                          remark.says);
  for (const auto& reads : compiled->reads())
    if (!reads.is_optional && !inputs.contains(reads.stream))
      throw Error(Next::fix_settings, "the mapping needs the stream " + reads.stream +
                                          ": --input " + reads.stream + "=FILE");
  record::Arena arena;
  GivenRows rows(*compiled, arena);
  std::vector<std::vector<std::pair<uint32_t, std::filesystem::path>>> files(compiled->reads().size());
  for (const auto& [stream, path] : inputs) {
    auto index = index_of(*compiled, stream);
    files[index].emplace_back(rows.count(index), path);
    take_file(rows, *compiled, stream, path);
  }
  auto block = rows.block();
  auto output = compiled->run(block, arena);
  use({*compiled, block, output, files});
}

}  // namespace homeroom::map
