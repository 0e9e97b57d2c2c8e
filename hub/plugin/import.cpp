#include "hub/plugin/import.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "homeroom/error.hpp"
#include "hub/plugin/import_column.hpp"

namespace homeroom::plugin {
namespace {

using record::Arena;
using record::Batch;
using record::Column;
using record::Type;

constexpr size_t most_name = 1024;
constexpr int64_t most_columns = 4096;
constexpr int64_t most_offset = int64_t{1} << 30;

[[noreturn]] void refuse(const std::string& why) {
  throw Error(Next::fail, "the plugin's batch is refused: " + why);
}

bool is_text(const char* text) {
  return text && strnlen(text, most_name) < most_name;
}

void check_frame(const hr_batch& from) {
  const ArrowSchema& schema = from.schema;
  const ArrowArray& rows = from.rows;
  if (!schema.release || !rows.release) refuse("it has no schema or no rows");
  if (!is_text(schema.format) || std::strcmp(schema.format, "+s") != 0)
    refuse("it is no struct of columns");
  if (rows.length < 0 || rows.length > HR_MAX_ROWS) refuse("it has more rows than allowed");
  if (rows.offset < 0 || rows.offset > most_offset) refuse("its offset makes no sense");
  if (rows.n_children != schema.n_children || rows.n_children < 0 || rows.n_children > most_columns)
    refuse("schema and rows have different columns");
  if (rows.n_children && (!rows.children || !schema.children)) refuse("its columns are missing");
  if (rows.null_count > 0) refuse("whole rows are null");
}

void check_child(const hr_batch& from, int64_t i) {
  const ArrowSchema* schema = from.schema.children[i];
  const ArrowArray* array = from.rows.children[i];
  if (!schema || !array) refuse("a column is missing");
  if (!is_text(schema->format) || !is_text(schema->name)) refuse("a column has no name or type");
  if (array->offset < 0 || array->offset > most_offset || array->length < 0 ||
      array->length - from.rows.offset < from.rows.length)
    refuse("column '" + std::string(schema->name) + "' is shorter than the rows");
}

std::string_view bare(std::string_view asked) {
  if (asked.ends_with('?')) asked.remove_suffix(1);
  return asked;
}

class Import {
 public:
  Import(const hr_batch& from, Arena& arena) : from_(from), arena_(arena) {
    check_frame(from);
    batch_.rows = static_cast<uint32_t>(from.rows.length);
    batch_.first_record = from.first_record;
    for (int64_t i = 0; i < from.rows.n_children; ++i) {
      check_child(from, i);
      std::string_view name = from.schema.children[i]->name;
      if (std::ranges::find(names_, name) != names_.end())
        refuse("column '" + std::string(name) + "' is there twice");
      names_.push_back(name);
    }
  }

  Batch finish(const std::vector<std::string>& asked) {
    for (const auto& name : asked) take(name);
    take_places();
    take_removals();
    return std::move(batch_);
  }

 private:
  int64_t index_of(std::string_view name) const {
    auto found = std::ranges::find(names_, name);
    return found == names_.end() ? -1 : found - names_.begin();
  }

  Column column(int64_t i) {
    const std::string name(names_[static_cast<size_t>(i)]);
    const ArrowArray& array = *from_.rows.children[i];
    Slice slice{*from_.schema.children[i], array, array.offset + from_.rows.offset, batch_.rows,
                name};
    Imported made = import_column(slice, arena_);
    bytes_ += made.bytes;
    if (bytes_ > HR_MAX_BYTES) refuse("it has more bytes than allowed");
    return made.column;
  }

  void take(const std::string& asked) {
    int64_t i = index_of(bare(asked));
    if (i < 0) {
      if (asked.ends_with('?')) return;
      refuse("column '" + asked + "' was asked for and is missing");
    }
    batch_.names.emplace_back(bare(asked));
    batch_.columns.push_back(column(i));
  }

  const int64_t* numbers(std::string_view name) {
    int64_t i = index_of(name);
    if (i < 0) return nullptr;
    Column kept = column(i);
    if (kept.type != Type::integer) refuse("column '" + std::string(name) + "' is no int64");
    const auto* values = static_cast<const int64_t*>(kept.values);
    if (!kept.valid) return values;
    auto* known = arena_.many<int64_t>(batch_.rows);
    for (uint32_t row = 0; row < batch_.rows; ++row) known[row] = kept.valid[row] ? values[row] : 0;
    return known;
  }

  void take_places() {
    batch_.lines = numbers("_line");
    batch_.offsets = numbers("_offset");
  }

  void take_removals() {
    int64_t i = index_of("_op");
    if (i < 0) return;
    Column operations = column(i);
    if (operations.type != Type::text) refuse("column '_op' is no text");
    batch_.is_gone.resize(batch_.rows);
    for (uint32_t row = 0; row < batch_.rows; ++row) {
      std::string_view said = operations.is_valid(row) ? operations.text_at(row).view() : "u";
      if (said != "u" && said != "d") refuse("column '_op' holds something else than u and d");
      batch_.is_gone[row] = said == "d";
    }
  }

  const hr_batch& from_;
  Arena& arena_;
  Batch batch_;
  std::vector<std::string_view> names_;
  uint64_t bytes_ = 0;
};

}  // namespace

Batch import_batch(const hr_batch& from, const std::vector<std::string>& asked, Arena& arena) {
  return Import(from, arena).finish(asked);
}

}  // namespace homeroom::plugin
