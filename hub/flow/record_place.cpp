#include "hub/flow/record_place.hpp"

#include <algorithm>

#include "hub/flow/file_names.hpp"
#include "hub/flow/intake.hpp"
#include "hub/flow/layout.hpp"
#include "hub/store/store.hpp"

namespace homeroom::flow {

namespace {

bool is_name_letter(char letter) {
  auto c = static_cast<unsigned char>(letter);
  return std::isalnum(c) != 0 || c == '_' || c >= 0x80;
}

/// Whether `name` stands in the expression as a whole word that is no function.
bool names(const std::string& expression, const std::string& name) {
  for (auto at = expression.find(name); at != std::string::npos;
       at = expression.find(name, at + 1)) {
    bool is_start = at == 0 || !is_name_letter(expression[at - 1]);
    auto end = at + name.size();
    bool is_end =
        end == expression.size() || (!is_name_letter(expression[end]) && expression[end] != '(');
    if (is_start && is_end) return true;
  }
  return false;
}

/// The stream the expression's column came with: one that it names, else the only one with such a
/// column.
std::optional<uint16_t> stream_of(const map::Mapping& mapping, const std::string& expression) {
  const auto& reads = mapping.reads();
  for (uint16_t i = 0; i < reads.size(); ++i)
    if (names(expression, reads[i].stream) &&
        expression.find(reads[i].stream + '.') != std::string::npos)
      return i;
  std::optional<uint16_t> found;
  for (uint16_t i = 0; i < reads.size(); ++i) {
    bool does = std::ranges::any_of(
        reads[i].columns, [&](const auto& column) { return names(expression, column.name); });
    if (does && found) return std::nullopt;
    if (does) found = i;
  }
  return found;
}

/// The shapes of the last run, as the store keeps them.
std::vector<map::StreamShape> shapes_of(const std::vector<Layout>& layouts) {
  std::vector<map::StreamShape> shapes;
  for (const auto& layout : layouts) {
    map::StreamShape shape;
    shape.stream = layout.stream;
    for (auto key : layout.key) shape.key.push_back(layout.columns[key]);
    shape.is_reference = layout.is_reference;
    if (!layout.is_reference) shape.subject = layout.columns[layout.subject];
    shape.space = layout.space;
    shapes.push_back(std::move(shape));
  }
  return shapes;
}

}  // namespace

map::Mapping* RecordPlaces::mapping_of(const std::string& source) {
  auto [at, is_new] = mappings_.try_emplace(source);
  if (!is_new) return at->second.get();
  const auto& settings = hub_.source(source);
  auto layouts = unpack_layouts(store_.digest("layout:" + source).value_or(""));
  std::vector<map::Remark> remarks;
  auto mapping =
      map::Mapping::compile(settings.mapping, hub_.model(), shapes_of(layouts),
                            hub_.clock_parameters(), remarks, map::fixed_hasher(), hub_.shelf());
  if (mapping && store_.digest("source:" + source) == hub_.source_digest(settings, *mapping))
    at->second = std::move(mapping);
  return at->second.get();
}

const map::FieldSource* RecordPlaces::source_of(const std::string& source, record::EntityId entity,
                                                record::FieldId field) {
  auto* mapping = mapping_of(source);
  return mapping ? mapping->source_of(entity, field) : nullptr;
}

RecordPlace RecordPlaces::row_in(const std::string& name, const std::string& source,
                                 const store::Node& node, uint16_t stream,
                                 std::string_view row_key) const {
  uint64_t rows = 0;
  bool is_found = false;  // by its key
  Origin first;
  auto layouts = unpack_layouts(store_.digest("layout:" + source).value_or(""));
  auto layout = std::ranges::find(layouts, name, &Layout::stream);
  bool has_key = !row_key.empty() && layout != layouts.end() && !layout->key.empty();
  auto count = [&](const std::string& frame) {
    each_stored_row(frame, [&](uint16_t index, const StoredRow& row) {
      if (index != stream) return;
      bool is_it = has_key && key_text(layout->key, row.cells()) == row_key;
      if (rows++ == 0 || (is_it && !is_found)) first = row.origin();
      is_found |= is_it;
    });
  };
  count(node.frame);
  auto number = store_.source_number(source);
  if (rows == 0)  // the row may hang on a subject of another space that is tied to the child
    each_packed<uint32_t>(node.neighbors,
                          [&](uint32_t neighbor) { count(store_.node(number, neighbor).frame); });
  if (rows == 0 || (rows > 1 && !is_found)) return {name, rows, "", 0, 0};
  auto file = FileNames::load(store_, source).name(first.file);
  return {name, 1, file, first.line, first.record()};
}

std::optional<RecordPlace> RecordPlaces::place(const std::string& source, const store::Node& node,
                                               record::EntityId entity, record::FieldId field,
                                               std::string_view row_key) {
  const auto* made = source_of(source, entity, field);
  if (!made) return std::nullopt;
  const auto& mapping = *mapping_of(source);
  auto stream = stream_of(mapping, made->expression);
  if (!stream) return std::nullopt;
  return row_in(mapping.reads()[*stream].stream, source, node, *stream, row_key);
}

/// "demographics.csv line 8112", or "attendance, one of 12 records".
std::string RecordPlaces::where(const std::string& source, const store::Node& node,
                                record::EntityId entity, record::FieldId field,
                                std::string_view row_key) {
  auto place = this->place(source, node, entity, field, row_key);
  if (!place || place->rows == 0) return place ? place->stream : "";
  if (place->rows > 1)
    return place->stream + ", one of " + std::to_string(place->rows) + " records";
  auto file = place->file.empty() ? place->stream : place->file;
  if (place->line != 0) return file + " line " + std::to_string(place->line);
  return place->record == 0 ? file : file + " record " + std::to_string(place->record);
}

}  // namespace homeroom::flow
