#include "hub/map/invented.hpp"

#include <array>

namespace homeroom::map {

namespace {

struct Sample {
  const char* ending;  ///< of the field's path
  const char* cell;
  const char* expected;
};

/// Obviously nobody's; the telephone number is one of those kept for fiction.
constexpr std::array<Sample, 17> samples = {{
    {"name.first", "WILLA", "Willa"},
    {"name.middle", "ROSE", "Rose"},
    {"name.last", "TESTWOOD", "Testwood"},
    {"name.suffix", "III", "III"},
    {"preferredFirst", "BILLIE", "Billie"},
    {"identifiers.state", "8000001", "8000001"},
    {"schoolName", "Pretend High", "Pretend High"},
    {"school", "O7", "O7"},
    {"section", "C7", "C7"},
    {"staff", "T7", "T7"},
    {"postal", "43004", "43004"},
    {".line", "1 Sample Street", "1 Sample Street"},
    {".city", "Sampletown", "Sampletown"},
    {".state", "OH", "OH"},
    {"cvx", "110", "110"},
    {"number", "7007", "7007"},
    {"name", "Pretend High", "Pretend High"},
}};

std::string written(const std::string& format, int year, int month, int day) {
  auto digits = [](int value, std::size_t width) {
    auto text = std::to_string(value);
    return text.size() < width ? std::string(width - text.size(), '0') + text : text;
  };
  std::string out;
  for (std::size_t f = 0; f < format.size();) {
    auto end = format.find_first_not_of(format[f], f);
    if (end == std::string::npos) end = format.size();
    auto width = end - f;
    if (format[f] == 'Y')
      out += digits(year, width);
    else if (format[f] == 'M')
      out += digits(month, width);
    else if (format[f] == 'D')
      out += digits(day, width);
    else
      out += format[f];
    f = end;
  }
  return out;
}

Invented day(const record::Field& field, const std::string& format) {
  int year = 2025, month = 8, day = 20;
  if (field.path.find("birth") != std::string::npos)
    year = 2014, month = 11, day = 3;
  else if (field.path.find("nd") != std::string::npos ||
           field.path.find("xit") != std::string::npos)
    month = 12, day = 19;
  auto iso = written("YYYY-MM-DD", year, month, day);
  return {format.empty() ? iso + "T09:00:00" : written(format, year, month, day), iso};
}

}  // namespace

Invented invent(const record::Field& field, const std::string& date_format) {
  if (field.type == record::Type::date) return day(field, date_format);
  if (field.type == record::Type::integer) return {"30", "30"};
  if (field.type == record::Type::decimal) return {"0.5", "0.5"};
  if (field.path.starts_with("phones.")) return {"(614) 555-0142", "+16145550142"};
  if (field.path.starts_with("emails.")) return {"willa@example.org", "willa@example.org"};
  if (field.path.starts_with("languages.")) return {"eng", "eng"};
  for (const auto& sample : samples)
    if (field.path.ends_with(sample.ending)) return {sample.cell, sample.expected};
  return {"Sample", "Sample"};
}

}  // namespace homeroom::map
