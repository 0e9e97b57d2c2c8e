#include "hub/resolve/children.hpp"

#include <algorithm>

#include "hub/record/json.hpp"
#include "hub/record/varint.hpp"

namespace homeroom::resolve {

namespace {

constexpr uint32_t rows_at_once = 2048;
constexpr uint8_t none = UINT8_MAX;

/// The fields of a student that hold one text each.
struct StudentFields {
  std::vector<std::string> names;
  std::vector<record::FieldId> fields;
};

StudentFields student_fields(const record::Model& model) {
  StudentFields made;
  auto student = model.find(record::student_entity);
  if (!student) return made;
  const auto& fields = model.entities[*student].fields;
  for (record::FieldId field = 0; field < fields.size(); ++field) {
    if (fields[field].type == record::Type::list) continue;
    made.names.push_back(fields[field].path);
    made.fields.push_back(field);
  }
  return made;
}

record::Text text_of(std::string_view json, record::Arena& arena) {
  bool is_plain = json.size() >= 2 && json.front() == '"' && json.find('\\') == json.npos;
  if (is_plain) return arena.keep(json.substr(1, json.size() - 2));
  return arena.keep(record::text_of_json(json));
}

}  // namespace

Children::Children(const Identity& identity, const record::Model& model)
    : reading_(identity, student_fields(model).names, "a student") {
  auto known = student_fields(model);
  for (uint8_t column = 0; column < reading_.needed().size(); ++column) {
    auto field = known.fields[reading_.needed()[column]];
    if (field >= column_of_.size()) column_of_.resize(field + std::size_t{1}, none);
    column_of_[field] = column;
  }
  for (std::size_t f = 0; f < reading_.features(); ++f)
    records_.features.push_back(reading_.feature(f));
  student_ = model.find(record::student_entity).value_or(0);
  records_.width = static_cast<uint32_t>(reading_.features() + 1);
  records_.sources = {"", ""};
}

void Children::begin_batch() {
  texts_.reset();
  columns_.assign(reading_.needed().size(), {});
  cells_.clear();
  for (auto& column : columns_) {
    cells_.push_back(texts_.many<record::Text>(rows_at_once));
    column.values = cells_.back();
  }
}

void Children::add(const record::RowView& student) {
  if (waiting_ == 0) begin_batch();
  for (auto* cells : cells_) cells[waiting_] = record::Text();
  if (student.entity() == student_)
    student.each([&](record::FieldView field) {
      auto column = field.field < column_of_.size() ? column_of_[field.field] : none;
      if (column != none) cells_[column][waiting_] = text_of(field.json, texts_);
    });
  if (++waiting_ == rows_at_once) read();
}

void Children::add(std::string_view features) {
  read();
  std::vector<std::string_view> texts(reading_.features());
  const char* at = features.data();
  for (auto& text : texts) {
    auto size = record::read_number(at);
    text = {at, size};
    at += size;
  }
  reading_.add_normal(texts);
}

void Children::read() {
  if (waiting_ > 0) reading_.add(columns_, waiting_);
  waiting_ = 0;
}

void Children::settle() {
  read();
  auto first = records_.count;
  records_.count = reading_.count();
  records_.rows.resize(std::size_t{records_.count} * records_.width);
  for (std::size_t f = 0; f < reading_.features(); ++f) {
    const auto& values = reading_.values(f);
    for (auto record = first; record < records_.count; ++record)
      records_.rows[std::size_t{record} * records_.width + f] = values[record - first];
  }
  reading_.let_go();
}

void Children::cut(uint32_t first) {
  reading_.cut(first);
  records_.count = first;
  auto& rows = records_.rows;
  rows.resize(std::size_t{first} * records_.width);
  // Where nearly all stay, giving the rest back would move them with each batch of records.
  if (rows.capacity() / 2 > rows.size()) rows.shrink_to_fit();
}

std::string Children::features(uint32_t record) const {
  std::string out;
  const auto* row = records_.row(record);
  for (std::size_t f = 0; f < records_.features.size(); ++f) {
    auto text = records_.features[f].values->text(row[f]);
    record::append_number(out, text.size());
    out += text;
  }
  return out;
}

}  // namespace homeroom::resolve
