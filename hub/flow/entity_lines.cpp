#include "hub/flow/entity_lines.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <map>

#include "hub/record/date.hpp"
#include "hub/record/json.hpp"
#include "hub/record/json_string.hpp"

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

constexpr std::size_t step = 16;       // bytes copied at a time; they may lie beyond what is meant
constexpr std::size_t any_value = 96;  // room for any value that is no long text

}  // namespace

void Lines::widen(std::size_t most) {
  auto room = std::max(2 * room_, size_ + most + (std::size_t{64} << 10));
  std::unique_ptr<char[]> wider(new char[room]);
  if (size_ > 0) std::memcpy(wider.get(), bytes_.get(), size_);
  bytes_ = std::move(wider);
  room_ = room;
}

EntityLines::Piece::Piece(std::string text) : bytes(std::move(text)), size(bytes.size()) {
  bytes.resize((size + step - 1) / step * step);
}

struct EntityLines::Present {
  const Member* member;
  const record::Column* column;
};

/// Writes one row behind the other. A row's room is taken at once; only a long value asks for more.
class EntityLines::Pen {
 public:
  /// `row_room`: what a row takes when none of its values is long.
  Pen(Lines& out, std::size_t row_room) : out_(out), row_room_(row_room) {}

  void begin() { at_ = out_.room(row_room_); }
  void end() { out_.end(at_); }

  void put(const Piece& piece) {
    for (std::size_t i = 0; i < piece.size; i += step)
      std::memcpy(at_ + i, piece.bytes.data() + i, step);
    at_ += piece.size;
  }
  void close(std::size_t objects) {
    for (; objects > 0; --objects) *at_++ = '}';
  }
  void put(const record::Column& column, uint32_t row) {
    switch (column.type) {
      case record::Type::text: {
        const auto& text = column.text_at(row);
        if (text.size > record::Text::most_inline) make_room(record::json_string_room(text.size));
        at_ = record::write_json_string(at_, text);
        return;
      }
      case record::Type::boolean: {
        bool is_true = column.at<uint8_t>(row) != 0;
        std::memcpy(at_, is_true ? "true" : "false", 5);
        at_ += is_true ? 4 : 5;
        return;
      }
      case record::Type::integer:
        at_ = std::to_chars(at_, at_ + 24, column.at<int64_t>(row)).ptr;
        return;
      case record::Type::date: {
        at_[0] = at_[11] = '"';
        record::write_iso_date(column.at<int32_t>(row), at_ + 1);
        at_ += 12;
        return;
      }
      default: {
        json_.clear();
        record::append_json_value(json_, column, row);
        make_room(json_.size());
        std::memcpy(at_, json_.data(), json_.size());
        at_ += json_.size();
      }
    }
  }

 private:
  void make_room(std::size_t most) { at_ = out_.room_behind(at_, most + row_room_); }

  Lines& out_;
  std::size_t row_room_;
  char* at_ = nullptr;
  std::string json_;
};

EntityLines::EntityLines(const record::Entity& entity) {
  for (auto field : in_objects(entity)) {
    auto parts = parts_of(entity.fields[field].path);
    Member member;
    member.field = field;
    member.objects.assign(parts.begin(), parts.end() - 1);
    for (std::size_t open = 0; open < parts.size(); ++open) {
      std::string opening = ",";
      for (std::size_t i = open; i + 1 < parts.size(); ++i) opening += named(parts[i]) + '{';
      member.opening.emplace_back(opening + named(parts.back()));
    }
    for (const auto& before : members_) {
      auto differ = std::ranges::mismatch(before.objects, member.objects);
      member.shared.push_back(static_cast<uint8_t>(differ.in1 - before.objects.begin()));
    }
    members_.push_back(std::move(member));
  }
}

void EntityLines::append(Lines& out, const map::EntityRows& rows) const {
  static const Piece key("{\"key\":"), student(",\"student\":"), end("}\n");
  std::vector<Present> present;
  std::size_t row_room = key.bytes.size() + student.bytes.size() + end.bytes.size() + 2 * any_value;
  for (const auto& member : members_) {
    const auto& column = rows.fields[member.field];
    if (!column.values) continue;
    present.push_back({&member, &column});
    row_room += member.opening.front().bytes.size() + 2 * member.objects.size() + any_value;
  }
  Pen pen(out, row_room);
  for (uint32_t row = 0; row < rows.rows; ++row) {
    pen.begin();
    pen.put(key);
    pen.put(rows.key, row);
    if (rows.student.values) {
      pen.put(student);
      pen.put(rows.student, row);
    }
    const Member* last = nullptr;
    for (const auto& [member, column] : present) {
      if (!column->is_valid(row)) continue;
      std::size_t shared =
          last ? member->shared[static_cast<std::size_t>(last - members_.data())] : 0;
      pen.close(last ? last->objects.size() - shared : 0);
      pen.put(member->opening[shared]);
      pen.put(*column, row);
      last = member;
    }
    pen.close(last ? last->objects.size() : 0);
    pen.put(end);
    pen.end();
  }
}

}  // namespace homeroom::flow
