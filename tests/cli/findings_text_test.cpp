#include "hub/cli/findings_text.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace homeroom::cli {
namespace {

using nlohmann::ordered_json;

ordered_json report() {
  return {{"run", "7"},
          {"findings", {{"fatal", 0}, {"critical", 1}, {"warning", 1203}, {"info", 0}}},
          {"finding_kinds", ordered_json::array()}};
}

ordered_json kind(const char* severity, const char* says, uint64_t count, uint64_t line = 12) {
  return {{"severity", severity}, {"source", "sis"}, {"stream", "demographics"},   {"field", "sex"},
          {"says", says},         {"count", count},  {"file", "demographics.csv"}, {"line", line}};
}

TEST(FindingsText, NamesFileLineAndFieldOfTheFirstOfEachKind) {
  auto night = report();
  night["finding_kinds"] = {kind("critical", "not in the option set sex", 1, 4),
                            kind("warning", "code not in sex", 1203)};
  EXPECT_EQ(findings_text(night),
            "\nFindings    1 critical, 1,203 warnings, 0 remarks\n"
            "  critical  sis demographics.csv:4, sex: not in the option set sex\n"
            "  warning   sis demographics.csv:12, sex: code not in sex (1,202 more like it)\n");
}

TEST(FindingsText, CountsOneAsOne) {
  auto night = report();
  night["findings"] = {{"fatal", 0}, {"critical", 0}, {"warning", 1}, {"info", 1}};
  EXPECT_EQ(findings_text(night), "\nFindings    0 critical, 1 warning, 1 remark\n");
}

TEST(FindingsText, NamesTheStreamWhereThereAreNoFilesOrLines) {
  auto night = report();
  auto found = kind("warning", "code not in sex", 1, 0);
  found["file"] = "";
  night["finding_kinds"] = {found};
  EXPECT_THAT(findings_text(night),
              testing::HasSubstr("  warning   sis demographics, sex: code not in sex\n"));
}

TEST(FindingsText, NamesTheStudentOfAProfile) {
  auto night = report();
  auto found = kind("warning", "too early", 1, 12);
  found["student"] = "p-aaaa-bbbb-cccc-dddd";
  night["finding_kinds"] = {found};
  EXPECT_THAT(findings_text(night),
              testing::HasSubstr("demographics.csv:12 of p-aaaa-bbbb-cccc-dddd, sex: too early\n"));
}

TEST(FindingsText, SaysWhereTheRestStandsWhenThereAreManyKinds) {
  auto night = report();
  for (int i = 0; i < 40; ++i) night["finding_kinds"].push_back(kind("warning", "too long", 1));
  EXPECT_THAT(findings_text(night),
              testing::EndsWith("  and 28 other kinds: homeroom --output json runs show 7\n"));
}

TEST(FindingsText, KnowsReportsOfBeforeKindsWereKept) {
  auto night = report();
  night.erase("finding_kinds");
  EXPECT_THAT(findings_text(night), testing::EndsWith("0 remarks\n"));
}

}  // namespace
}  // namespace homeroom::cli
