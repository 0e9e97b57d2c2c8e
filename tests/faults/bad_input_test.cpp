// Bad input, one row per case: the exit code, the words of the message, and a record that stays as
// it was.
#include <gtest/gtest.h>

#include "tests/flows/district.hpp"

namespace homeroom::flows {
namespace {

struct Case {
  std::string name;
  void (*spoil)(const District&);
  int exit_code;
  std::vector<std::string> words;  ///< all of them stand in the errors or in the report
  std::string set;                 ///< more of the command line
};

void PrintTo(const Case& one, std::ostream* out) {
  *out << one.name;
}

std::string line_of(const std::string& text, std::size_t number) {
  std::istringstream in(text);
  std::string line;
  for (std::size_t n = 0; n < number; ++n) std::getline(in, line);
  return line;
}

void remove(const District& d, const std::string& file) {
  fs::remove(d.data("day1/" + file));
}
void empty(const District& d, const std::string& file) {
  District::write(d.data("day1/" + file), "");
}
void only_header(const District& d, const std::string& file) {
  District::write(d.data("day1/" + file),
                  line_of(District::read(d.data("day1/" + file)), 1) + "\n");
}
void swap(const District& d, const std::string& file, const std::string& what,
          const std::string& with) {
  District::replace(d.data("day1/" + file), what, with);
}
/// Puts another text in place of one line (counted from 1) of a file.
void change_line(const District& d, const std::string& file, std::size_t number,
                 std::string (*change)(std::string)) {
  auto line = line_of(District::read(d.data("day1/" + file)), number);
  District::replace(d.data("day1/" + file), line + "\n", change(line) + "\n");
}
void settings(const District& d, const std::string& what, const std::string& with) {
  District::replace(d.workspace("homeroom.yaml"), what, with);
}
void add_settings(const District& d, const std::string& text) {
  District::write(d.workspace("homeroom.yaml"),
                  District::read(d.workspace("homeroom.yaml")) + text);
}

std::string cut(std::string line) {
  return line.substr(0, line.find(',', line.find(',') + 1));
}
std::string impossible_date(std::string line) {
  auto at = line.find(",20") + 1;
  return line.replace(at, 10, "2014-02-30");
}
std::string year_1(std::string line) {
  auto at = line.find(",20") + 1;
  return line.replace(at, 10, "0001-01-01");
}
std::string year_9999(std::string line) {
  auto at = line.find(",20") + 1;
  return line.replace(at, 10, "9999-12-31");
}
std::string unclosed(std::string line) {
  return line.insert(line.find(',') + 1, "\"");
}
std::string with_nul(std::string line) {
  return line.insert(line.find(',') + 1, 1, '\0');
}
std::string in_latin1(std::string line) {
  return line.insert(line.find(',') + 1, "\xE9");
}
std::string no_json(std::string line) {
  return line.substr(0, line.size() / 2);
}

std::vector<Case> cases() {
  return {
      {"roster_file_missing",
       [](const District& d) { remove(d, "oneroster/users.csv"); },
       1,
       {"users"},
       ""},
      {"roster_folder_missing",
       [](const District& d) { fs::remove_all(d.data("day1/oneroster")); },
       1,
       {"oneroster"},
       ""},
      {"own_table_missing",
       [](const District& d) { remove(d, "sis/attendance.csv"); },
       1,
       {"attendance.csv is missing"},
       ""},
      {"kept_source_missing",
       [](const District& d) { fs::remove_all(d.data("day1/hmis")); },
       3,
       {"hmis"},
       ""},
      {"kept_file_missing",
       [](const District& d) { remove(d, "health/Patient.ndjson"); },
       3,
       {"health", "Patient"},
       ""},
      {"consents_missing",
       [](const District& d) { remove(d, "social/consents.csv"); },
       1,
       {"consents"},
       ""},
      {"older_than_fresh",
       [](const District& d) {
         settings(d, "    regime: hmis\n", "    regime: hmis\n    fresh: 26 hours\n");
       },
       3,
       {"hmis", "old"},
       ""},
      {"roster_empty",
       [](const District& d) { empty(d, "oneroster/users.csv"); },
       1,
       {"users", "not read to its end"},
       ""},
      {"roster_header_only",
       [](const District& d) { only_header(d, "oneroster/users.csv"); },
       1,
       {"users", "not read to its end"},
       ""},
      {"kept_source_empty",
       [](const District& d) { empty(d, "social/referrals.csv"); },
       3,
       {"referrals"},
       ""},
      {"column_missing",
       [](const District& d) { swap(d, "oneroster/users.csv", "familyName", "familyNames"); },
       1,
       {"users", "familyName", "familyNames"},
       ""},
      {"column_missing_in_kept_source",
       [](const District& d) { swap(d, "social/referrals.csv", "ClientLast", "Client_Last"); },
       3,
       {"referrals", "ClientLast", "Client_Last"},
       ""},
      {"column_twice",
       [](const District& d) { swap(d, "oneroster/users.csv", "middleName", "familyName"); },
       1,
       {"users", "familyName"},
       ""},
      {"row_cut",
       [](const District& d) { change_line(d, "sis/student_ext.csv", 4, cut); },
       3,
       {"student_ext", "set aside"},
       ""},
      {"quote_unclosed",
       [](const District& d) { change_line(d, "sis/discipline.csv", 3, unclosed); },
       1,
       {"discipline"},
       ""},
      {"bytes_not_utf8",
       [](const District& d) { change_line(d, "sis/student_ext.csv", 4, in_latin1); },
       1,
       {"student_ext.csv line 4", "UTF-8"},
       ""},
      {"nul_byte",
       [](const District& d) { change_line(d, "sis/student_ext.csv", 4, with_nul); },
       1,
       {"student_ext.csv line 4", "NUL"},
       ""},
      {"date_that_does_not_exist",
       [](const District& d) { change_line(d, "oneroster/demographics.csv", 3, impossible_date); },
       0,
       {},
       ""},
      {"year_that_cannot_be",
       [](const District& d) { change_line(d, "oneroster/demographics.csv", 3, year_1); },
       0,
       {},
       ""},
      {"year_without_end",
       [](const District& d) { change_line(d, "oneroster/demographics.csv", 3, year_9999); },
       0,
       {},
       ""},
      {"unknown_code",
       [](const District& d) { swap(d, "oneroster/demographics.csv", ",female,", ",mystery,"); },
       0,
       {},
       ""},
      {"json_line_broken",
       [](const District& d) { change_line(d, "health/Patient.ndjson", 2, no_json); },
       3,
       {"Patient", "set aside"},
       ""},
      {"setting_misspelled",
       [](const District& d) { settings(d, "when_missing: stop", "when_mising: stop"); },
       2,
       {"homeroom.yaml:3", "when_mising", "did you mean when_missing"},
       ""},
      {"plugin_setting_misspelled",
       [](const District& d) {
         settings(d, "        path: ${data}/oneroster", "        paths: ${data}/oneroster");
       },
       2,
       {"paths", "path"},
       ""},
      {"setting_of_wrong_kind",
       [](const District& d) { settings(d, "when_missing: keep 7 days", "when_missing: [1, 2]"); },
       2,
       {"homeroom.yaml:", "a single value"},
       ""},
      {"setting_twice",
       [](const District& d) {
         settings(d, "    regime: hmis\n", "    regime: hmis\n    regime: hmis\n");
       },
       2,
       {"homeroom.yaml:", "regime"},
       ""},
      {"alias_bomb",
       [](const District& d) { add_settings(d, "\nx: &a [1, 1]\ny: &b [*a, *a]\nz: [*b, *b]\n"); },
       2,
       {"homeroom.yaml:"},
       ""},
      {"anchor_in_itself",
       [](const District& d) { add_settings(d, "\nx: &a [*a]\n"); },
       2,
       {"homeroom.yaml"},
       ""},
      {"yaml_broken",
       [](const District& d) { add_settings(d, "\nx: [1, 2\n"); },
       2,
       {"homeroom.yaml:"},
       ""},
      {"mapping_misspelled",
       [](const District& d) {
         District::replace(d.workspace("mappings/sis.yaml"), "familyName", "familyNam");
       },
       2,
       {"sis.yaml"},
       ""},
      {"mapping_missing",
       [](const District& d) { fs::remove(d.workspace("mappings/sis.yaml")); },
       2,
       {"sis.yaml"},
       ""},
      {"unknown_plugin",
       [](const District& d) { settings(d, "plugin: oneroster_csv", "plugin: oneroster_cvs"); },
       2,
       {"oneroster_cvs", "oneroster_csv"},
       ""},
      {"unknown_parameter", [](const District&) {}, 2, {"dta", "did you mean data"}, "--set dta=x"},
      {"unknown_mode", [](const District&) {}, 2, {"mode"}, "--set mode=sideways"},
      {"unknown_run_date", [](const District&) {}, 2, {"run_date"}, "--set run_date=2026-02-30"},
      {"unknown_store", [](const District&) {}, 2, {"store"}, "--set store=nowhere:x"},
      {"store_of_another_tenant",
       [](const District& d) {
         settings(d, "name: Lakeview City Schools", "name: Riverview City Schools");
       },
       2,
       {"another"},
       ""},
  };
}

/// A file that holds its header alone is not proven empty; the product still reads it as "all
/// gone".
std::vector<Case> header_alone() {
  return {
      {"kept_source_header_only",
       [](const District& d) { only_header(d, "social/referrals.csv"); },
       3,
       {"referrals"},
       ""},
      {"consents_header_only",
       [](const District& d) { only_header(d, "social/consents.csv"); },
       1,
       {"consents"},
       ""},
  };
}

class BadInput : public testing::TestWithParam<Case> {};

TEST_P(BadInput, IsNamedAndChangesNothing) {
  const auto& one = GetParam();
  District district(60);
  auto first = district.night("a", "day1");
  ASSERT_EQ(first.exit_code, 0) << first.errors;
  auto before = District::read(district.out("a"));
  for (const char* part : {"data", "workspace"}) {
    fs::create_directories(district.folder() / "kept");
    fs::copy(district.folder() / part, district.folder() / "kept" / part,
             fs::copy_options::recursive);
  }
  one.spoil(district);

  auto night = district.night("a", "day1", "", one.set);
  EXPECT_EQ(night.exit_code, one.exit_code) << night.errors << night.report.dump();
  for (const auto& word : one.words)
    EXPECT_TRUE((night.errors + night.report.dump()).find(word) != std::string::npos)
        << "no word of " << word << " in " << night.errors << night.report["trouble"].dump();
  EXPECT_EQ(District::read(district.out("a")), before);

  for (const char* part : {"data", "workspace"}) {
    fs::remove_all(district.folder() / part);
    fs::copy(district.folder() / "kept" / part, district.folder() / part,
             fs::copy_options::recursive);
  }
  auto healed = district.night("a", "day1");
  EXPECT_EQ(healed.exit_code, 0) << healed.errors << healed.report["trouble"].dump();
  EXPECT_EQ(District::read(district.out("a")), before);
  EXPECT_EQ(delivered(healed), 0u);
}

INSTANTIATE_TEST_SUITE_P(Night, BadInput, testing::ValuesIn(cases()),
                         [](const auto& each) { return each.param.name; });

INSTANTIATE_TEST_SUITE_P(HeaderAlone, BadInput, testing::ValuesIn(header_alone()),
                         [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace homeroom::flows
