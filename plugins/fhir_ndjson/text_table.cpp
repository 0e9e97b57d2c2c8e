#include "plugins/fhir_ndjson/text_table.hpp"

namespace homeroom::fhir_ndjson {
namespace {

// Readers of views may look this far behind the last text.
constexpr size_t readable_behind = 16;

void let_go(ArrowArray* array) {
  array->release = nullptr;
}
void let_go(ArrowSchema* schema) {
  schema->release = nullptr;
}

}  // namespace

TextTable::TextTable(std::vector<std::string> names, uint32_t rows)
    : names_(std::move(names)), most_rows_(rows), lines_(rows), offsets_(rows), bytes_(256 << 10) {
  size_t texts = names_.size();
  cells_.assign(texts, std::vector<View>(rows));
  valid_.assign(texts, std::vector<uint8_t>(rows));
  bits_.assign(texts, std::vector<uint8_t>((rows + 7) / 8));
  names_.push_back("_line");
  names_.push_back("_offset");
  buffers_.assign(names_.size(), {});
  arrays_.resize(names_.size());
  schemas_.resize(names_.size());
  for (auto& array : arrays_) array_list_.push_back(&array);
  for (auto& schema : schemas_) schema_list_.push_back(&schema);
}

void TextTable::start_row() {
  used_before_ = used_;
  longest_ = 0;
  for (auto& column : valid_) column[rows_] = 0;
}

void TextTable::end_row(uint64_t line, uint64_t offset) {
  lines_[rows_] = static_cast<int64_t>(line);
  offsets_[rows_] = static_cast<int64_t>(offset);
  ++rows_;
}

void TextTable::clear() {
  rows_ = 0;
  used_ = 0;
}

void TextTable::pack_validity(size_t column) {
  auto& bits = bits_[column];
  std::memset(bits.data(), 0, bits.size());
  for (uint32_t row = 0; row < rows_; ++row)
    bits[row >> 3] |= static_cast<uint8_t>(valid_[column][row] << (row & 7));
}

void TextTable::lend(hr_batch* batch) {
  if (used_ + readable_behind > bytes_.size()) bytes_.resize(used_ + readable_behind);
  data_size_ = static_cast<int64_t>(used_ + readable_behind);
  for (size_t i = 0; i < names_.size(); ++i) {
    bool is_text = i < cells_.size();
    if (is_text) {
      pack_validity(i);
      buffers_[i] = {bits_[i].data(), cells_[i].data(), bytes_.data(), &data_size_};
    } else {
      buffers_[i] = {nullptr, i == cells_.size() ? lines_.data() : offsets_.data()};
    }
    arrays_[i] = {};
    arrays_[i].length = rows_;
    arrays_[i].null_count = is_text ? -1 : 0;
    arrays_[i].n_buffers = static_cast<int64_t>(buffers_[i].size());
    arrays_[i].buffers = buffers_[i].data();
    arrays_[i].release = let_go;
    schemas_[i] = {};
    schemas_[i].format = is_text ? "vu" : "l";
    schemas_[i].name = names_[i].c_str();
    schemas_[i].flags = ARROW_FLAG_NULLABLE;
    schemas_[i].release = let_go;
  }
  batch->schema = {};
  batch->schema.format = "+s";
  batch->schema.name = "";
  batch->schema.n_children = static_cast<int64_t>(names_.size());
  batch->schema.children = schema_list_.data();
  batch->schema.release = let_go;
  batch->rows = {};
  batch->rows.length = rows_;
  batch->rows.n_buffers = 1;
  batch->rows.buffers = &no_validity_;
  batch->rows.n_children = static_cast<int64_t>(names_.size());
  batch->rows.children = array_list_.data();
  batch->rows.release = let_go;
}

}  // namespace homeroom::fhir_ndjson
