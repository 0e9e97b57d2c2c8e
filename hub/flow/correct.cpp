#include "hub/flow/correct.hpp"

#include <algorithm>
#include <charconv>

#include "hub/flow/writing.hpp"
#include "hub/record/date.hpp"
#include "hub/record/json.hpp"

namespace homeroom::flow {

namespace {

using record::Type;

[[noreturn]] void refuse(const record::Field& field, const std::string& why) {
  throw Error(Next::fix_settings, field.path + ": the value is " + why);
}

/// What is said of a code never repeats it: a name typed into the wrong field would stand there.
std::string json_of_text(const record::Model& model, const record::Field& field,
                         const std::string& text) {
  const auto* options = model.option_set(field.options);
  if (options && !std::ranges::binary_search(options->codes, text)) {
    std::string codes;
    for (const auto& code : options->codes) codes += (codes.empty() ? "" : ", ") + code;
    refuse(field, "none of " + codes);
  }
  auto letters = std::ranges::count_if(text, [](char byte) { return (byte & 0xC0) != 0x80; });
  if (field.longest != 0 && letters > static_cast<std::ptrdiff_t>(field.longest))
    refuse(field, "longer than " + std::to_string(field.longest) + " letters");
  std::string json;
  record::append_json_string(json, text);
  return json;
}

std::string json_of_list(const record::Model& model, const record::Field& field,
                         std::string_view text) {
  std::string json = "[";
  while (!text.empty()) {
    auto part = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), part.size() + 1));
    auto from = part.find_first_not_of(' ');
    if (from == part.npos)
      refuse(field, "a list with an empty part; its parts stand between commas");
    part = part.substr(from, part.find_last_not_of(' ') - from + 1);
    if (json.size() > 1) json += ',';
    json += json_of_text(model, field, std::string(part));
  }
  return json + ']';
}

std::string json_of_integer(const record::Field& field, const std::string& text) {
  int64_t number = 0;
  auto [end, trouble] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (trouble != std::errc() || end != text.data() + text.size()) refuse(field, "no whole number");
  return std::to_string(number);
}

/// YYYY, YYYY-MM or YYYY-MM-DD.
bool is_date_part(const std::string& text) {
  static const std::string rest = "0000-01-01";
  bool has_length = text.size() == 4 || text.size() == 7 || text.size() == 10;
  return has_length && record::parse_iso_date(text + rest.substr(text.size())).has_value();
}

const record::Field& field_named(const record::Model& model, const std::string& name) {
  const auto& student = model.entities[*model.find(record::student_entity)];
  if (auto field = student.find(name)) return student.fields[*field];
  std::vector<std::string> known;
  for (const auto& field : student.fields) known.push_back(field.path);
  auto near = settings::did_you_mean(name, known);
  throw Error(Next::fix_settings, "the student has no field " + name +
                                      (near ? ", did you mean " + *near + "?"
                                            : "; rows of lists are corrected in their source"));
}

std::optional<int32_t> last_day(const Hub& hub, const std::string& until) {
  if (until.empty()) return std::nullopt;
  auto day = record::parse_iso_date(until);
  if (!day) throw Error(Next::fix_settings, "--until: expected a day, YYYY-MM-DD");
  if (*day < hub.run_date())
    throw Error(Next::fix_settings, "--until: that day is over; the correction would never stand");
  return day;
}

}  // namespace

std::string value_of_text(const record::Model& model, const record::Field& field,
                          const std::string& text) {
  switch (field.type) {
    case Type::text:
      if (text.empty()) refuse(field, "empty; --nothing says that nobody's value holds");
      return json_of_text(model, field, text);
    case Type::list:
      return json_of_list(model, field, text);
    case Type::boolean:
      if (text == "yes" || text == "true") return "true";
      if (text == "no" || text == "false") return "false";
      refuse(field, "neither yes nor no");
    case Type::integer:
      return json_of_integer(field, text);
    case Type::date:
      if (!record::parse_iso_date(text)) refuse(field, "no day YYYY-MM-DD");
      return '"' + text + '"';
    case Type::date_part:
      if (!is_date_part(text)) refuse(field, "neither YYYY nor YYYY-MM nor YYYY-MM-DD");
      return '"' + text + '"';
    default:
      refuse(field, "of a type that is corrected in its source only");
  }
}

uint32_t correct(const Hub& hub, const Student& student, const Wanted& wanted) {
  must_have_reason(wanted.why);
  const auto& field = field_named(hub.model(), wanted.field);
  store::Correction correction;
  correction.person = student.person.number;
  correction.field = field.path;
  correction.until = last_day(hub, wanted.until);
  correction.made_ms = hub.clock().now_ms();
  correction.actor = wanted.actor;
  correction.value = wanted.is_nothing ? "null" : value_of_text(hub.model(), field, wanted.value);
  correction.why = wanted.why;
  store::AuditRow row{correction.made_ms, wanted.actor, "correct",
                      student.person.id + ' ' + field.path, wanted.why};
  return with_store(hub, "a correction",
                    [&](store::Store& store) { return store.put_correction(correction, row); });
}

void drop_correction(const Hub& hub, uint32_t number, const std::string& actor,
                     const std::string& why) {
  must_have_reason(why);
  with_store(hub, "dropping a correction", [&](store::Store& store) {
    auto all = corrections(store);
    auto found =
        std::ranges::find(all, number, [](const Told& told) { return told.correction.number; });
    if (found == all.end())
      throw Error(Next::fix_settings,
                  "no correction has this number; homeroom corrections list "
                  "tells them");
    store.drop_correction(number, {hub.clock().now_ms(), actor, "drop correction",
                                   found->student + ' ' + found->correction.field, why});
  });
}

std::vector<Told> corrections(store::Store& store) {
  std::vector<Told> told;
  for (auto& correction : store.corrections()) {
    correction.value.clear();
    told.push_back({std::move(correction), ""});
  }
  if (told.empty()) return told;
  store.each_person([&](const store::Person& person) {
    for (auto& one : told)
      if (one.correction.person == person.number) one.student = person.id;
  });
  return told;
}

}  // namespace homeroom::flow
