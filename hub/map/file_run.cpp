// One mapping applied to plain files, without a store.
#include <algorithm>
#include <fstream>
#include <sstream>

#include "homeroom/error.hpp"
#include "hub/map/map.hpp"
#include "hub/record/json.hpp"

namespace homeroom::map {

namespace {

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
  FileCounts counts;
  with_mapped_files(mapping, inputs, model, parameters, [&](const MappedFiles& mapped) {
    write(mapped.output, out, model);
    count(mapped.output, counts);
    counts.has_hashes = mapped.mapping.has_hashes();
  });
  return counts;
}

}  // namespace homeroom::map
