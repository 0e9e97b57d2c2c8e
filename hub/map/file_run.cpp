// One mapping applied to plain files, without a store.
#include <algorithm>
#include <fstream>
#include <optional>
#include <sstream>

#include <simdjson.h>

#include "homeroom/error.hpp"
#include "hub/map/cases.hpp"
#include "hub/map/map.hpp"
#include "hub/record/json.hpp"

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

void append_text(std::string& out, const char* name, const record::Column& column, uint32_t row) {
  out += name;
  record::append_json_value(out, column, row);
}

/// The value of `a.b.c` as an object in objects: closes what ends and opens what begins.
class NestedFields {
 public:
  explicit NestedFields(std::string& out) : out_(out) {}

  void add(const std::string& path, const record::Column& column, uint32_t row) {
    std::vector<std::string> parts;
    std::istringstream words(path);
    for (std::string part; std::getline(words, part, '.');) parts.push_back(part);
    std::size_t same = 0;
    while (same < open_.size() && same + 1 < parts.size() && open_[same] == parts[same]) ++same;
    close_to(same);
    for (; same + 1 < parts.size(); ++same) {
      name(parts[same]);
      out_ += '{';
      open_.push_back(parts[same]);
    }
    name(parts.back());
    record::append_json_value(out_, column, row);
  }
  void close_to(std::size_t depth) {
    for (; open_.size() > depth; open_.pop_back()) out_ += '}';
  }

 private:
  void name(const std::string& text) {
    if (out_.back() != '{') out_ += ',';
    record::append_json_string(out_, text);
    out_ += ':';
  }

  std::string& out_;
  std::vector<std::string> open_;
};

/// The fields of an entity so that those below one name stand together, else in the model's order:
/// a district's own fields come last in the model and belong into the objects that are there.
std::vector<record::FieldId> in_objects(const record::Entity& entity) {
  std::map<std::string, uint32_t> first;
  std::vector<std::pair<std::vector<uint32_t>, record::FieldId>> ranks;
  for (uint32_t f = 0; f < entity.fields.size(); ++f) {
    const auto& path = entity.fields[f].path;
    auto& rank = ranks.emplace_back(std::vector<uint32_t>{}, static_cast<record::FieldId>(f)).first;
    for (auto dot = path.find('.'); dot != std::string::npos; dot = path.find('.', dot + 1))
      rank.push_back(first.emplace(path.substr(0, dot), f).first->second);
    rank.push_back(f);
  }
  std::ranges::sort(ranks);
  std::vector<record::FieldId> order;
  for (const auto& [rank, field] : ranks) order.push_back(field);
  return order;
}

std::string ndjson(const EntityRows& rows, const record::Entity& entity) {
  std::string out;
  auto order = in_objects(entity);
  for (uint32_t row = 0; row < rows.rows; ++row) {
    append_text(out, "{\"key\":", rows.key, row);
    if (rows.student.values) append_text(out, ",\"student\":", rows.student, row);
    NestedFields fields(out);
    for (auto f : order)
      if (rows.fields[f].values && rows.fields[f].is_valid(row))
        fields.add(entity.fields[f].path, rows.fields[f], row);
    fields.close_to(0);
    out += "}\n";
  }
  return out;
}

void count(const Output& output, FileCounts& counts) {
  for (const auto& fates : output.fates)
    for (auto fate : fates) {
      ++counts.rows_in;
      if (fate == Fate::used)
        ++counts.mapped;
      else if (fate == Fate::set_aside)
        ++counts.rejected;
      else
        ++counts.filtered;
    }
  for (const auto& rows : output.entities) counts.rows_out += rows.rows;
}

void write(const Output& output, const std::filesystem::path& out, const record::Model& model) {
  std::filesystem::create_directories(out);
  std::map<record::EntityId, std::ofstream> files;
  for (const auto& rows : output.entities) {
    const auto& entity = model.entities[rows.entity];
    auto& file = files[rows.entity];
    auto path = out / (entity.name + ".ndjson");
    if (!file.is_open()) file.open(path, std::ios::binary | std::ios::trunc);
    file << ndjson(rows, entity);
    if (!file) throw Error(Next::fail, path.string() + ": cannot be written");
  }
}

}  // namespace

FileCounts map_files(const std::filesystem::path& mapping,
                     const std::multimap<std::string, std::filesystem::path>& inputs,
                     const std::filesystem::path& out, const record::Model& model,
                     const std::map<std::string, std::string>& parameters) {
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
  for (const auto& [stream, path] : inputs) take_file(rows, *compiled, stream, path);
  auto output = compiled->run(rows.block(), arena);
  write(output, out, model);
  FileCounts counts;
  count(output, counts);
  return counts;
}

}  // namespace homeroom::map
