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

enum Slot {
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

std::string trimmed(std::string text) {
  auto from = text.find_first_not_of(' ');
  if (from == std::string::npos) return {};
  return text.substr(from, text.find_last_not_of(' ') - from + 1);
}

void take(Features& to, int slot, std::string_view json) {
  auto text = record::text_of_json(json);
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

}  // namespace

FeatureReader::FeatureReader(const record::Model& model) {
  auto student = model.find(record::student_entity);
  if (!student) return;
  for (const auto& [path, slot] : wanted_paths)
    if (auto field = model.entities[*student].find(path)) wanted_.emplace_back(*field, slot);
}

Features FeatureReader::read(const record::RowView& student) const {
  Features features;
  student.each([&](record::FieldView field) {
    for (const auto& [wanted, slot] : wanted_)
      if (wanted == field.field) take(features, slot, field.json);
  });
  return features;
}

void pack(const Features& features, std::string& out) {
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
