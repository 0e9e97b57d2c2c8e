// Features: reading them out of a canonical row, and their compact bytes.
#include <algorithm>
#include <cctype>
#include <cstring>

#include "hub/record/date.hpp"
#include "hub/record/json.hpp"
#include "hub/resolve/names.hpp"
#include "hub/resolve/resolve.hpp"

namespace homeroom::resolve {

namespace {

enum Slot : int8_t {
  district_number,
  state_id,
  first,
  middle,
  last,
  birth_date,
  sex,
  postal,
  phone,
  mobile,
  street
};

struct Wanted {
  std::string_view path;
  Slot slot;
};

constexpr Wanted wanted_paths[] = {{"identifiers.district", district_number},
                                   {"identifiers.state", state_id},
                                   {"name.first", first},
                                   {"name.middle", middle},
                                   {"name.last", last},
                                   {"birthDate", birth_date},
                                   {"sex", sex},
                                   {"addresses.home.postal", postal},
                                   {"phones.home", phone},
                                   {"phones.mobile", mobile},
                                   {"addresses.home.line", street}};

char sex_letter(std::string_view code) {
  if (code.empty()) return 0;
  char letter = static_cast<char>(std::toupper(static_cast<unsigned char>(code[0])));
  return letter == 'F' || letter == 'M' || letter == 'X' ? letter : '\0';
}

std::string trimmed(std::string_view text) {
  auto from = text.find_first_not_of(' ');
  if (from == std::string_view::npos) return {};
  return std::string(text.substr(from, text.find_last_not_of(' ') - from + 1));
}

/// The text inside a JSON string's quotes, if nothing in it is escaped.
std::optional<std::string_view> plain_text(std::string_view json) {
  bool is_plain = json.size() >= 2 && json.front() == '"' && json.find('\\') == json.npos;
  return is_plain ? std::optional(json.substr(1, json.size() - 2)) : std::nullopt;
}

void take(Features& to, int slot, std::string_view text) {
  switch (slot) {
    case district_number:
      to.district_number = trimmed(text);
      break;
    case state_id:
      to.state_id = trimmed(text);
      break;
    case first:
      to.first = normal_name(text);
      break;
    case middle:
      to.middle = normal_name(text);
      break;
    case last:
      to.last = std::string(without_suffix(normal_name(text)));
      break;
    case birth_date:
      to.birth_date = record::parse_iso_date(text);
      break;
    case sex:
      to.sex = sex_letter(text);
      break;
    case postal:
      to.postal = normal_postal(text);
      break;
    case phone:
      to.phone = normal_phone(text);
      break;
    case mobile:
      if (to.phone.empty()) to.phone = normal_phone(text);
      break;
    case street:
      to.street = normal_street(text);
      break;
  }
}

void put_text(std::string& out, std::string_view text) {
  auto size = static_cast<uint16_t>(std::min<std::size_t>(text.size(), UINT16_MAX));
  out.append(reinterpret_cast<const char*>(&size), sizeof size);
  out.append(text.substr(0, size));
}

template <class T>
T take_value(std::string_view& bytes) {
  T value{};
  std::memcpy(&value, bytes.data(), sizeof value);
  bytes.remove_prefix(sizeof value);
  return value;
}

std::string take_text(std::string_view& bytes) {
  auto size = take_value<uint16_t>(bytes);
  std::string text(bytes.substr(0, size));
  bytes.remove_prefix(size);
  return text;
}

constexpr int32_t no_birth_date = INT32_MIN;
constexpr int8_t not_wanted = -1;

}  // namespace

FeatureReader::FeatureReader(const record::Model& model) {
  auto student = model.find(record::student_entity);
  if (!student) return;
  slots_.assign(model.entities[*student].fields.size(), not_wanted);
  for (const auto& [path, slot] : wanted_paths)
    if (auto field = model.entities[*student].find(path)) slots_[*field] = slot;
}

Features FeatureReader::read(const record::RowView& student) const {
  Features features;
  student.each([&](record::FieldView field) {
    auto slot = field.field < slots_.size() ? slots_[field.field] : not_wanted;
    if (slot == not_wanted) return;
    if (auto text = plain_text(field.json))
      take(features, slot, *text);
    else
      take(features, slot, record::text_of_json(field.json));
  });
  return features;
}

void pack(const Features& features, std::string& out) {
  constexpr std::size_t usual_bytes = 112;
  out.reserve(out.size() + usual_bytes);
  auto birth = features.birth_date.value_or(no_birth_date);
  out.append(reinterpret_cast<const char*>(&birth), sizeof birth);
  out += features.sex;
  for (const auto* text :
       {&features.district_number, &features.state_id, &features.first, &features.middle,
        &features.last, &features.postal, &features.phone, &features.street})
    put_text(out, *text);
}

Features unpack(std::string_view& bytes) {
  Features features;
  auto birth = take_value<int32_t>(bytes);
  if (birth != no_birth_date) features.birth_date = birth;
  features.sex = take_value<char>(bytes);
  for (auto* text :
       {&features.district_number, &features.state_id, &features.first, &features.middle,
        &features.last, &features.postal, &features.phone, &features.street})
    *text = take_text(bytes);
  return features;
}

}  // namespace homeroom::resolve
