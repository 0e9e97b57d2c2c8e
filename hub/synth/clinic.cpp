// The clinic's FHIR R4 resources, a line each.
#include "hub/synth/days.hpp"
#include "hub/synth/names.hpp"
#include "hub/synth/writers.hpp"

namespace homeroom::synth {

namespace {

std::string resource_id(uint64_t seed, uint64_t who, uint64_t version) {
  Draw draw(seed, who, Purpose::key, version);
  auto a = draw.next(), b = draw.next();
  return fmt::format("{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}", a >> 32, a >> 16 & 0xffff, a & 0xfff,
                     b >> 52, b & 0xffffffffffff);
}

void write_patient(const Seen& seen, const std::string& id, Rows& rows) {
  const auto& person = seen.person;
  Draw draw(seen.seed, person.id, Purpose::clinic, 1);
  bool has_number = draw.chance(0.55), has_moved = draw.chance(0.15), has_phone = !draw.chance(0.2);
  auto as = heard(person, draw, 0.10, 0.02);
  auto home = has_moved ? address(seen.seed, seen.family.id, 7) : person.home;
  bool is_fresh = seen.change.moved || seen.change.renamed || seen.is_new;
  auto& text = rows[File::patients];
  put(text,
      R"({{"resourceType":"Patient","id":"{}","meta":{{"versionId":"{}","lastUpdated":"{}"}},"identifier":[{{"system":"urn:oid:2.16.840.1.113883.19.5","value":"M{}"}})",
      id, is_fresh ? 2 : 1, is_fresh ? delta_time : bulk_time, 20'000'000 + person.id);
  if (has_number)
    put(text, R"(,{{"system":"https://district.example.org/student-number","value":"{}"}})",
        person.number);
  put(text, R"(],"active":true,"name":[{{"use":"official","family":"{}","given":["{}")", as.last,
      as.first);
  if (!person.middle.empty()) put(text, R"(,"{}")", person.middle);
  text += "]}]";
  if (has_phone)
    put(text, R"(,"telecom":[{{"system":"phone","value":"{}","use":"home"}}])", home.phone);
  put(text,
      R"(,"gender":"{}","birthDate":"{}","address":[{{"use":"home","line":["{}"],"city":"{}","state":"OH","postalCode":"{}","country":"US"}}]}})",
      person.is_girl ? "female" : "male", iso_date(as.born), home.street, home.city, home.zip);
  text += '\n';
}

void write_vaccines(const Seen& seen, const std::string& id, Rows& rows) {
  constexpr std::pair<const char*, int> vaccines[] = {
      {"08", 0},  {"08", 2},  {"20", 2},   {"20", 4},  {"10", 2},    {"10", 4},    {"49", 4},
      {"03", 13}, {"21", 13}, {"106", 50}, {"03", 52}, {"115", 134}, {"114", 136}, {"62", 140}};
  Draw draw(seen.seed, seen.person.id, Purpose::vaccine);
  auto write = [&](uint64_t which, const char* cvx, int day, bool refused, const char* time) {
    put(rows[File::immunizations],
        R"({{"resourceType":"Immunization","id":"{}","meta":{{"lastUpdated":"{}"}},"status":"{}","vaccineCode":{{"coding":[{{"system":"http://hl7.org/fhir/sid/cvx","code":"{}"}}]}},"patient":{{"reference":"Patient/{}"}},"occurrenceDateTime":"{}T10:30:00-05:00","primarySource":true}})",
        resource_id(seen.seed, seen.person.id * 32 + which, 2), time,
        refused ? "not-done" : "completed", cvx, id, iso_date(day));
    rows[File::immunizations] += '\n';
  };
  int months = (year_start - seen.person.born) / 30;
  uint64_t which = 0;
  for (const auto& [cvx, month] : vaccines) {
    ++which;
    bool is_missed = draw.chance(0.08), is_refused = draw.chance(0.01);
    int day = seen.person.born + month * 30 + draw.day(60);
    if (month <= months && !is_missed)
      write(which, cvx, day, is_refused, seen.is_new ? delta_time : bulk_time);
  }
  if (seen.change.vaccinated) write(31, "150", last_known + 1, false, delta_time);
}

void write_conditions(const Seen& seen, const std::string& id, Rows& rows) {
  constexpr const char* conditions[][3] = {
      {"195967001", "J45.909", "Asthma"},
      {"46635009", "E10.9", "Type 1 diabetes mellitus"},
      {"84757009", "G40.909", "Epilepsy"},
      {"406506008", "F90.9", "Attention deficit hyperactivity disorder"},
      {"197480006", "F41.9", "Anxiety disorder"},
      {"414916001", "E66.9", "Obesity"}};
  constexpr const char* allergies[][2] = {{"91935009", "Allergy to peanut"},
                                          {"425525006", "Allergy to dairy product"},
                                          {"91936005", "Allergy to penicillin"}};
  Draw draw(seen.seed, seen.person.id, Purpose::condition);
  uint64_t count = draw.chance(0.22) ? 1 + draw.below(2) : 0;
  for (uint64_t i = 0; i < count; ++i) {
    const auto& [snomed, icd, name] = conditions[draw.below(6)];
    bool is_active = draw.chance(0.85);
    put(rows[File::conditions],
        R"({{"resourceType":"Condition","id":"{}","clinicalStatus":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"{}"}}]}},"code":{{"coding":[{{"system":"http://snomed.info/sct","code":"{}","display":"{}"}},{{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"{}"}}],"text":"{}"}},"subject":{{"reference":"Patient/{}"}},"onsetDateTime":"{}"}})",
        resource_id(seen.seed, seen.person.id * 4 + i, 3), is_active ? "active" : "resolved",
        snomed, name, icd, name, id, iso_date(seen.person.born + 365 + draw.day(1000)));
    rows[File::conditions] += '\n';
  }
  if (!draw.chance(0.08)) return;
  const auto& [code, name] = allergies[draw.below(3)];
  put(rows[File::allergies],
      R"({{"resourceType":"AllergyIntolerance","id":"{}","clinicalStatus":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical","code":"active"}}]}},"type":"allergy","criticality":"{}","code":{{"coding":[{{"system":"http://snomed.info/sct","code":"{}","display":"{}"}}]}},"patient":{{"reference":"Patient/{}"}}}})",
      resource_id(seen.seed, seen.person.id, 4), draw.chance(0.3) ? "high" : "low", code, name, id);
  rows[File::allergies] += '\n';
}

}  // namespace

void write_clinic(const Seen& seen, Rows& rows, Keys& keys) {
  if (!Draw(seen.seed, seen.person.id, Purpose::clinic).chance(0.85)) return;
  auto id = resource_id(seen.seed, seen.person.id, 1);
  keys.emplace_back("health", id);
  write_patient(seen, id, rows);
  write_vaccines(seen, id, rows);
  write_conditions(seen, id, rows);
}

}  // namespace homeroom::synth
