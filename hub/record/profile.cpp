#include "hub/record/profile.hpp"

#include <algorithm>
#include <map>

#include "hub/record/json.hpp"

namespace homeroom::record {

namespace {

std::vector<std::string> segments_of(const std::string& path) {
  std::vector<std::string> segments;
  for (std::size_t from = 0;;) {
    auto dot = path.find('.', from);
    segments.push_back(path.substr(from, dot == std::string::npos ? dot : dot - from));
    if (dot == std::string::npos) return segments;
    from = dot + 1;
  }
}

/// How many objects around the two fields are the same.
uint8_t shared_depth(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  uint8_t depth = 0;
  while (depth + 1u < a.size() && depth + 1u < b.size() && a[depth] == b[depth]) ++depth;
  return depth;
}

/// Orders paths so that each object's fields stand together, where its first field stands.
std::vector<FieldId> grouped(const std::vector<std::vector<std::string>>& paths) {
  std::map<std::vector<std::string>, FieldId> first_of;  // object path -> its first field
  std::vector<std::vector<FieldId>> ranks;               // a field's rank at each depth
  for (FieldId field = 0; field < paths.size(); ++field) {
    std::vector<FieldId> rank;
    for (std::size_t depth = 1; depth <= paths[field].size(); ++depth) {
      std::vector<std::string> object(paths[field].begin(),
                                      paths[field].begin() + static_cast<std::ptrdiff_t>(depth));
      rank.push_back(first_of.try_emplace(std::move(object), field).first->second);
    }
    ranks.push_back(std::move(rank));
  }
  std::vector<FieldId> order(paths.size());
  for (FieldId field = 0; field < paths.size(); ++field) order[field] = field;
  std::ranges::stable_sort(order, [&](FieldId a, FieldId b) { return ranks[a] < ranks[b]; });
  return order;
}

}  // namespace

/// One JSON object being written; it opens and closes inner objects as the fields come.
class ProfileWriter::Object {
 public:
  Object(std::string& out, const Spelling& spelling, bool has_members)
      : out_(out), spelling_(spelling), has_members_(has_members) {}

  void write(FieldId field, std::string_view json) {
    const auto& name = spelling_.names[field];
    uint8_t stays = 0;
    if (written_ != 0) {
      stays = spelling_.shared[last_ * spelling_.names.size() + field];
      out_.append(spelling_.names[last_].depth - stays, '}');
    }
    if (written_ != 0 || has_members_) out_ += ',';
    auto from = name.from_depth[stays];
    out_.append(name.text.data() + from, name.text.size() - from);
    out_.append(json);
    last_ = field;
    ++written_;
  }
  void close() {
    if (written_ != 0) out_.append(spelling_.names[last_].depth, '}');
  }
  std::size_t written() const { return written_; }

 private:
  std::string& out_;
  const Spelling& spelling_;
  bool has_members_;
  FieldId last_ = 0;
  std::size_t written_ = 0;
};

ProfileWriter::Spelling ProfileWriter::spell(const Entity& entity) {
  Spelling spelling;
  std::vector<std::vector<std::string>> paths;
  for (const auto& field : entity.fields) paths.push_back(segments_of(field.path));
  for (const auto& path : paths) {
    Spelling::Name name;
    name.depth = static_cast<uint8_t>(path.size() - 1);
    for (const auto& segment : path) {
      name.from_depth.push_back(static_cast<uint32_t>(name.text.size()));
      append_json_string(name.text, segment);
      name.text += &segment == &path.back() ? ":" : ":{";
    }
    spelling.names.push_back(std::move(name));
  }
  for (const auto& before : paths)
    for (const auto& after : paths) spelling.shared.push_back(shared_depth(before, after));
  spelling.in_order = grouped(paths);
  spelling.is_model_order = std::ranges::is_sorted(spelling.in_order);
  append_json_string(spelling.property, entity.property);
  spelling.property += ":[";
  return spelling;
}

ProfileWriter::ProfileWriter(const Model& model) {
  for (const auto& entity : model.entities) spellings_.push_back(spell(entity));
  student_ = model.find(student_entity).value_or(0);
}

std::size_t ProfileWriter::write(std::string& out, std::string_view id, std::string_view rows,
                                 Filter* filter) const {
  out += "{\"id\":";
  append_json_string(out, id);
  auto written = write_student(out, rows, filter);
  int32_t open = -1;  // entity whose array is open
  while (!rows.empty()) {
    RowView row(rows);
    rows.remove_prefix(row.bytes().size());
    if (filter && !filter->admits(row)) continue;
    auto before = out.size();
    if (open != row.entity()) {
      if (open >= 0) out += ']';
      out += ',';
      out += spellings_[row.entity()].property;
    } else {
      out += ',';
    }
    auto values = write_row(out, row, filter);
    if (values == 0) {
      out.resize(before);
      continue;
    }
    open = row.entity();
    written += values;
  }
  if (open >= 0) out += ']';
  out += '}';
  return written;
}

/// Takes the student rows from the front of `rows`: each source's row holds the fields it won.
std::size_t ProfileWriter::write_student(std::string& out, std::string_view& rows,
                                         Filter* filter) const {
  const auto& spelling = spellings_[student_];
  std::vector<std::string_view> values(spelling.names.size());
  while (!rows.empty()) {
    RowView row(rows);
    if (row.entity() != student_) break;
    rows.remove_prefix(row.bytes().size());
    if (filter && !filter->admits(row)) continue;
    row.each([&](const FieldView& field) {
      values[field.field] = filter ? filter->admit(row, field) : field.json;
    });
  }
  Object object(out, spelling, true);
  return write_slots(object, spelling, values);
}

std::size_t ProfileWriter::write_row(std::string& out, const RowView& row, Filter* filter) const {
  const auto& spelling = spellings_[row.entity()];
  out += '{';
  Object object(out, spelling, false);
  if (!spelling.is_model_order) {
    std::vector<std::string_view> values(spelling.names.size());
    row.each([&](const FieldView& field) {
      values[field.field] = filter ? filter->admit(row, field) : field.json;
    });
    write_slots(object, spelling, values);
  } else {
    row.each([&](const FieldView& field) {
      auto json = filter ? filter->admit(row, field) : field.json;
      if (!json.empty()) object.write(field.field, json);
    });
    object.close();
  }
  out += '}';
  return object.written();
}

std::size_t ProfileWriter::write_slots(Object& object, const Spelling& spelling,
                                       std::span<const std::string_view> values) const {
  for (auto field : spelling.in_order)
    if (!values[field].empty()) object.write(field, values[field]);
  object.close();
  return object.written();
}

}  // namespace homeroom::record
