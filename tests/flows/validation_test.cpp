// Rule packs inside a run: what changed is looked at, findings are counted, and a fatal rule sets
// records aside.
#include <fstream>

#include <gtest/gtest.h>

#include "tests/flows/district.hpp"

namespace homeroom::flows {
namespace {

uint64_t found(const Answer& answer, const std::string& rule) {
  uint64_t count = 0;
  for (const auto& kind : answer.report["finding_kinds"])
    if (kind["rule"] == rule) count += kind["count"].get<uint64_t>();
  return count;
}

void turn_on(const District& district, const std::string& validation) {
  auto file = district.workspace("homeroom.yaml");
  District::write(file, District::read(file) + "\nvalidation: " + validation + "\n");
}

/// A pack of one rule in the workspace.
void write_pack(const District& district, const std::string& rule) {
  District::write(district.workspace("own-rules.yaml"),
                  "rule_pack: 1\nname: own\nfiscal_year: 2026\nsource: the district\nrules:\n  - "
                  "{id: own-rule, says: It is wrong., "
                  "remedy: Mend it., owner: Registrar, " +
                      rule + "}\n");
}

TEST(Validation, LooksAtEveryProfileOfAFirstNightAndThenAtThoseThatChanged) {
  District district(300);
  turn_on(district, "[ohio-immunization]");
  auto first = district.night("a", "day1");
  ASSERT_EQ(first.exit_code, 0) << first.errors;
  EXPECT_GT(found(first, "no-record"), 10u);
  EXPECT_GT(found(first, "hepb"), 100u);
  EXPECT_GE(first.report["findings"]["warning"].get<uint64_t>(),
            found(first, "no-record") + found(first, "hepb"));

  auto quiet = district.night("a", "day1");
  EXPECT_EQ(found(quiet, "no-record") + found(quiet, "hepb"), 0u);
  auto second = district.night("a", "day2-full");
  EXPECT_LE(found(second, "hepb"), second.report["profiles"]["changed"].get<uint64_t>() +
                                       second.report["profiles"]["new"].get<uint64_t>());
}

TEST(Validation, FindsNothingAndChangesNothingWhenNoPackIsNamed) {
  District district(120);
  auto without = district.night("a", "day1");
  EXPECT_EQ(found(without, "no-record"), 0u);
  turn_on(district, "[ohio-immunization]");
  district.night("b", "day1");
  EXPECT_EQ(District::read(district.out("a", "nurses.ndjson")).size(),
            District::read(district.out("b", "nurses.ndjson")).size());
}

TEST(Validation, SetsARecordAsideForAFatalRuleAndNamesItsLine) {
  District district(300);
  write_pack(district, "severity: fatal, on: incident, wrong: action = 'expulsion', field: action");
  turn_on(district, "[own-rules.yaml]");
  auto night = district.night("a", "day1");
  auto count = found(night, "own-rule");
  ASSERT_GT(count, 0u) << night.errors;
  EXPECT_EQ(night.report["findings"]["fatal"], count);
  for (const auto& source : night.report["sources"])
    for (const auto& stream : source["streams"])
      EXPECT_EQ(stream["quarantined"], stream["stream"] == "discipline" ? count : 0);
  EXPECT_EQ(district.ask("a", "quarantine list")["set_aside"].size(), count);
  EXPECT_EQ(night.report["profiles"]["new"], 300) << "of whom nothing is known yet does not wait";
  for (const auto& kind : night.report["finding_kinds"]) {
    if (kind["rule"] != "own-rule") continue;
    EXPECT_GT(kind["line"].get<int>(), 1);
    EXPECT_EQ(kind["stream"], "discipline");
  }
  EXPECT_EQ(District::read(district.out("a")).find("expulsion"), std::string::npos);
}

/// The line of day 1 that a finding names.
std::string line_of(const District& district, const std::string& folder,
                    const nlohmann::json& kind) {
  std::ifstream file(district.data("day1/" + folder + '/' + kind["file"].get<std::string>()));
  std::string line;
  for (auto number = kind["line"].get<int>(); number > 0; --number) std::getline(file, line);
  return line;
}

nlohmann::json first_of(const Answer& answer, const std::string& rule) {
  for (const auto& kind : answer.report["finding_kinds"])
    if (kind["rule"] == rule) return kind;
  return {};
}

TEST(Validation, NamesTheStudentAndTheLineBehindARowOfAProfile) {
  District district(300);
  write_pack(district,
             "severity: warning, on: incident, wrong: action = 'expulsion', field: action");
  turn_on(district, "[own-rules.yaml]");
  auto night = district.night("a", "day1");
  auto kind = first_of(night, "own-rule");
  EXPECT_EQ(kind["student"].get<std::string>().substr(0, 2), "p-") << kind;
  EXPECT_NE(line_of(district, "sis", kind).find(",EXP,"), std::string::npos) << kind;
  EXPECT_EQ(kind["file"].get<std::string>().find("discipline"), 0u) << kind;
}

TEST(Validation, NamesTheStudentAloneWhereNoRowIsBehindTheFinding) {
  District district(60);
  write_pack(
      district,
      "severity: warning, on: student, take: {doses: count immunization}, wrong: doses >= 0");
  turn_on(district, "[own-rules.yaml]");
  auto kind = first_of(district.night("a", "day1"), "own-rule");
  EXPECT_EQ(kind["student"].get<std::string>().substr(0, 2), "p-") << kind;
  EXPECT_EQ(kind["line"], 0);
}

TEST(Validation, ReadsRowsAgainWhenItsRulesChange) {
  District district(200);
  write_pack(district, "severity: warning, on: incident, wrong: action = 'expulsion'");
  turn_on(district, "[own-rules.yaml]");
  district.night("a", "day1");
  EXPECT_NE(District::read(district.out("a")).find("expulsion"), std::string::npos);
  write_pack(district, "severity: fatal, on: incident, wrong: action = 'expulsion'");
  auto night = district.night("a", "day1");
  EXPECT_GT(night.report["findings"]["fatal"].get<uint64_t>(), 0u) << night.errors;
}

TEST(Validation, ComparesAProfileWithWhatItSaidBeforeTheRun) {
  District district(60);
  write_pack(district,
             "severity: warning, on: student, wrong: before.birthDate <> birthDate, field: "
             "birthDate");
  turn_on(district, "[own-rules.yaml]");
  EXPECT_EQ(found(district.night("a", "day1"), "own-rule"), 0u) << "nobody was there before";

  auto demographics = district.data("day1/oneroster/demographics.csv");
  auto text = District::read(demographics);
  auto born = text.find(",,,20") + 3;  // of the first student: two empty columns stand before it
  auto year = text.substr(born, 4);
  District::write(demographics, text.replace(born, 4, year == "2012" ? "2011" : "2012"));
  auto night = district.night("a", "day1");
  EXPECT_EQ(found(night, "own-rule"), 1u);
  auto kind = first_of(night, "own-rule");
  EXPECT_NE(line_of(district, "oneroster", kind).find(",,,201"), std::string::npos) << kind;
  EXPECT_EQ(found(district.night("a", "day1"), "own-rule"), 0u) << "it is told once";
}

TEST(Validation, RefusesAPackThatIsNotThereAndARuleThatIsNotInIt) {
  District district(20);
  turn_on(district, "[{pack: ohio-immunization, turn_on: [polio-lst]}]");
  auto night = district.night("a", "day1");
  EXPECT_EQ(night.exit_code, 2);
  EXPECT_NE(night.errors.find("no rule polio-lst, did you mean polio-last?"), std::string::npos)
      << night.errors;
}

}  // namespace
}  // namespace homeroom::flows
