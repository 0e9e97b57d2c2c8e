#include "hub/validate/given_parts.hpp"

#include <algorithm>

#include "hub/record/varint.hpp"
#include "hub/validate/text_set.hpp"

namespace homeroom::validate {

namespace {

constexpr uint32_t most_parts = 64;
enum class Kind : char { row, unreadable };

void append_text(std::string& out, std::string_view text) {
  record::append_number(out, text.size());
  out += text;
}

std::string_view read_text(const char*& at) {
  auto size = record::read_number(at);
  std::string_view text(at, size);
  at += size;
  return text;
}

void append_place(std::string& out, const RowPlace& place) {
  record::append_number(out, place.origin == none ? 0 : place.origin + uint64_t{1});
  record::append_number(out, place.line);
}

RowPlace read_place(const char*& at) {
  auto origin = record::read_number<uint64_t>(at);
  auto line = record::read_number(at);
  return {origin == 0 ? none : static_cast<uint32_t>(origin - 1), line};
}

/// Another hash than that which chose the part.
uint32_t share_of(std::string_view student, uint32_t of) {
  return static_cast<uint32_t>((hash_of(record::text(student)) * 0x9E3779B97F4A7C15ull >> 32) % of);
}

}  // namespace

GivenParts::GivenParts(record::Scratch& scratch)
    : scratch_(scratch),
      piece_bytes_(std::clamp<uint64_t>(scratch.budget() / 4 / most_parts, 1 << 10, 256 << 10)),
      parts_(1 + most_parts) {}

GivenParts::~GivenParts() {
  for (const auto& part : parts_)
    for (auto piece : part.pieces) scratch_.forget(piece);
}

void GivenParts::take(uint32_t part, const std::string& row, std::size_t memory) {
  auto& to = parts_[part];
  to.filling += row;
  to.memory += row.size() + memory;
  if (to.filling.size() < piece_bytes_) return;
  to.pieces.push_back(scratch_.put(to.filling));
  to.filling.clear();
}

void GivenParts::end() {
  for (auto& part : parts_) {
    if (!part.filling.empty()) part.pieces.push_back(scratch_.put(part.filling));
    part.filling = {};
  }
}

uint32_t GivenParts::part_of(const GivenRows& given, uint32_t student) const {
  return student == none ? nobody
                         : 1 + static_cast<uint32_t>(
                                   hash_of(record::text(given.students[student])) % most_parts);
}

void GivenParts::put(GivenRows& given) {
  rows_before_.resize(given.entities.size(), 0);
  std::string row;
  auto begin = [&](Kind kind, record::EntityId entity, uint32_t student) {
    row.assign(1, static_cast<char>(kind));
    record::append_number(row, entity);
    record::append_number(row, student == none ? 0 : ranks_before_ + student + 1);
    if (student != none) append_text(row, given.students[student]);
  };
  for (std::size_t e = 0; e < given.entities.size(); ++e) {
    const auto& kept = given.entities[e];
    std::size_t width = 64;  // of key, student, place and the orders rows are looked at in
    for (const auto* field : kept.fields) width += field ? record::width_of(field->type()) + 1 : 0;
    for (uint32_t r = 0; r < kept.rows(); ++r) {
      begin(Kind::row, static_cast<record::EntityId>(e), kept.students[r]);
      record::append_number(row, rows_before_[e] + r);
      append_text(row, kept.keys[r].view());
      append_place(row, kept.places[r]);
      for (const auto* field : kept.fields)
        if (field) field->write(row, r);
      take(part_of(given, kept.students[r]), row, width);
    }
    rows_before_[e] += kept.rows();
  }
  for (const auto& one : given.unreadable) {
    begin(Kind::unreadable, one.entity, one.student);
    record::append_number(row, one.field);
    append_place(row, one.place);
    take(part_of(given, one.student), row, sizeof one);
  }
  ranks_before_ += given.students.size();
  given.clear();
}

void GivenParts::get(uint32_t part, GivenRows& given, uint32_t share, uint32_t of) {
  std::string bytes;
  for (auto piece : parts_[part].pieces) {
    scratch_.get(piece, bytes);
    for (const auto *at = bytes.data(), *end = at + bytes.size(); at != end;)
      get(at, given, share, of);
  }
}

void GivenParts::get(const char*& at, GivenRows& given, uint32_t share, uint32_t of) {
  auto kind = static_cast<Kind>(*at++);
  auto entity = static_cast<record::EntityId>(record::read_number(at));
  auto rank = record::read_number<uint64_t>(at);
  auto key_of_student = rank ? read_text(at) : std::string_view();
  bool is_wanted = of == 1 || share_of(key_of_student, of) == share;
  uint32_t student = none;
  if (rank && is_wanted) {
    student = given.student(key_of_student);
    if (student == given.ranks.size()) given.ranks.push_back(rank - 1);
  }
  if (kind == Kind::unreadable) {
    auto field = static_cast<record::FieldId>(record::read_number(at));
    auto place = read_place(at);
    if (is_wanted) given.unreadable.push_back({entity, field, student, place});
    return;
  }
  auto& kept = given.entities[entity];
  auto number = record::read_number<uint64_t>(at);
  auto key = read_text(at);
  auto place = read_place(at);
  for (auto* field : kept.fields)
    if (field) at = is_wanted ? field->read(at, given.arena) : KeptColumn::skip(at, field->type());
  if (!is_wanted) return;
  kept.students.push_back(student);
  kept.numbers.push_back(number);
  kept.keys.push_back(given.arena.keep(key));
  kept.places.push_back(place);
}

}  // namespace homeroom::validate
