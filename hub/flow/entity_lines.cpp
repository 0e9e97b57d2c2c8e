#include "hub/flow/entity_lines.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <map>

#include "hub/record/date.hpp"
#include "hub/record/json.hpp"

namespace homeroom::flow {

namespace {

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

std::vector<std::string> parts_of(const std::string& path) {
  std::vector<std::string> parts(1);
  for (char letter : path)
    if (letter == '.')
      parts.emplace_back();
    else
      parts.back() += letter;
  return parts;
}

std::string named(const std::string& name) {
  std::string out;
  record::append_json_string(out, name);
  return out + ':';
}

void append(Lines& out, std::string_view bytes) {
  std::memcpy(out.room(bytes.size()), bytes.data(), bytes.size());
  out.grow(bytes.size());
}

constexpr std::size_t longest_escape = 6;

/// Copies a text as JSON; most have nothing to escape and are copied eight bytes at a time.
void append_text(Lines& out, const record::Text& text) {
  static constexpr uint64_t ones = 0x0101010101010101, tops = 0x8080808080808080;
  auto* to = out.room(text.size + 2 + sizeof(uint64_t));
  const auto* from = text.data();
  *to = '"';
  uint64_t special = 0;
  for (uint32_t at = 0; at < text.size; at += sizeof(uint64_t)) {
    uint64_t word;
    std::memcpy(&word, from + at, sizeof word);  // readable_behind
    std::memcpy(to + 1 + at, &word, sizeof word);
    if (text.size - at < sizeof word) word |= ~uint64_t{0} << (text.size - at) * 8;
    auto zero_in = [](uint64_t bytes) { return (bytes - ones) & ~bytes & tops; };
    special |= ((word - ones * 0x20) & ~word & tops) | zero_in(word ^ ones * '"') | zero_in(word ^ ones * '\\');
  }
  if (!special) {
    to[text.size + 1] = '"';
    out.grow(text.size + std::size_t{2});
    return;
  }
  std::string escaped;
  record::append_json_string(escaped, text.view());
  append(out, escaped);
}

void append_value(Lines& out, const record::Column& column, uint32_t row) {
  switch (column.type) {
    case record::Type::text: append_text(out, column.text_at(row)); return;
    case record::Type::boolean: append(out, column.at<uint8_t>(row) ? "true" : "false"); return;
    case record::Type::integer: {
      auto* to = out.room(24);
      out.grow(static_cast<std::size_t>(std::to_chars(to, to + 24, column.at<int64_t>(row)).ptr - to));
      return;
    }
    case record::Type::date: {
      auto* to = out.room(12);
      to[0] = to[11] = '"';
      record::write_iso_date(column.at<int32_t>(row), to + 1);
      out.grow(12);
      return;
    }
    default: {
      std::string json;
      record::append_json_value(json, column, row);
      append(out, json);
    }
  }
}

}  // namespace

void Lines::widen(std::size_t most) {
  auto room = std::max(2 * room_, size_ + most + (std::size_t{64} << 10));
  std::unique_ptr<char[]> wider(new char[room]);
  if (size_ > 0) std::memcpy(wider.get(), bytes_.get(), size_);
  bytes_ = std::move(wider);
  room_ = room;
}

EntityLines::EntityLines(const record::Entity& entity) {
  for (auto field : in_objects(entity)) {
    auto parts = parts_of(entity.fields[field].path);
    Member member;
    member.field = field;
    member.objects.assign(parts.begin(), parts.end() - 1);
    for (std::size_t open = 0; open < parts.size(); ++open) {
      std::string opening = ",";
      for (std::size_t i = open; i + 1 < parts.size(); ++i) opening += named(parts[i]) + '{';
      member.opening.push_back(opening + named(parts.back()));
    }
    for (const auto& before : members_) {
      auto differ = std::ranges::mismatch(before.objects, member.objects);
      member.shared.push_back(static_cast<uint8_t>(differ.in1 - before.objects.begin()));
    }
    members_.push_back(std::move(member));
  }
}

void EntityLines::append(Lines& out, const map::EntityRows& rows) const {
  std::vector<uint32_t> present;
  for (uint32_t m = 0; m < members_.size(); ++m)
    if (rows.fields[members_[m].field].values) present.push_back(m);
  for (uint32_t row = 0; row < rows.rows; ++row) append_row(out, rows, present, row);
}

void EntityLines::append_row(Lines& out, const map::EntityRows& rows, const std::vector<uint32_t>& present,
                             uint32_t row) const {
  flow::append(out, "{\"key\":");
  append_value(out, rows.key, row);
  if (rows.student.values) {
    flow::append(out, ",\"student\":");
    append_value(out, rows.student, row);
  }
  const Member* last = nullptr;
  auto close_to = [&](std::size_t depth) {
    for (auto open = last ? last->objects.size() : 0; open > depth; --open) flow::append(out, "}");
  };
  for (auto m : present) {
    const auto& member = members_[m];
    const auto& column = rows.fields[member.field];
    if (!column.is_valid(row)) continue;
    auto shared = last ? member.shared[static_cast<std::size_t>(last - members_.data())] : std::size_t{0};
    close_to(shared);
    flow::append(out, member.opening[shared]);
    append_value(out, column, row);
    last = &member;
  }
  close_to(0);
  flow::append(out, "}\n");
}

}  // namespace homeroom::flow
