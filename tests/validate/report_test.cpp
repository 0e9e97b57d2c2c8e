// What the three reports say, and that nothing in them can do harm.
#include <gmock/gmock.h>

#include "homeroom/error.hpp"
#include "tests/validate/checked.hpp"

namespace homeroom::validate {
namespace {

using testing::HasSubstr;
using testing::Not;

const RuleFound span{0,   "9001", "7", {"sis", "spans", "data/enrollment_spans.csv", 12}, {}, "",
                     0.5, true,   0};

Verdict verdict(const std::vector<RuleFound>& found = {span}) {
  Verdict made;
  made.pack = "test";
  made.fiscal_year = 2026;
  made.run_date = "2026-01-13";
  made.students = 3;
  RuleText rule;
  rule.id = "exit-before-entry";
  rule.severity = record::Severity::critical;
  rule.says = "It ends before it starts.";
  rule.remedy = "Correct it.";
  rule.owner = "Registrar";
  rule.source = "own check";
  rule.entity = "enrollment";
  rule.field = "exitDate";
  made.rules = {rule};
  made.counts = {{1, 1, 0.5, ""}};
  for (const auto& one : found) made.found.add(one, rule.severity);
  made.found.sort();
  made.school_names["7"] = "Pretend Elementary";
  made.has_fte = true;
  return made;
}

ReportOptions with_column() {
  return {[](const std::string&, const std::string&) { return std::string("Exit_Date"); }, {}};
}

TEST(Report, IsInTheWordsOfTheSourceAndByTheNameOfTheSchool) {
  auto html = text_of(write_html, verdict(), with_column());
  EXPECT_THAT(html, HasSubstr("Pretend Elementary"));
  EXPECT_THAT(html, HasSubstr("enrollment_spans.csv, column Exit_Date"));
  EXPECT_THAT(html, HasSubstr("<b>9001</b>"));
  EXPECT_THAT(html, HasSubstr("line 12"));
  EXPECT_THAT(html, HasSubstr("Correct it."));
}

TEST(Report, SaysMoneyOnlyWhenTheDistrictGaveAnAmount) {
  EXPECT_THAT(text_of(write_html, verdict(), with_column()), Not(HasSubstr("an FTE")));
  EXPECT_THAT(text_of(write_json, verdict(), with_column()), Not(HasSubstr("\"amount\"")));
  auto options = with_column();
  options.amount_per_fte = 8000;
  EXPECT_THAT(text_of(write_html, verdict(), options), HasSubstr("4000.00"));
  EXPECT_THAT(text_of(write_json, verdict(), options), HasSubstr("\"amount\":4000.00"));
}

TEST(Report, LetsNoTextOfADistrictBecomeMarkup) {
  const std::string attack = "\"><script>alert(1)</script><img src=x onerror='a()'>&";
  auto found = span;
  for (auto* text : {&found.student, &found.at.file, &found.at.source, &found.at.stream})
    *text = attack;
  auto elsewhere = found;
  elsewhere.school = attack;
  RuleFound of_run;
  of_run.group = attack;
  auto bad = verdict({found, elsewhere, of_run});
  bad.pack = bad.says = attack;
  for (auto* text :
       {&bad.rules[0].id, &bad.rules[0].code, &bad.rules[0].says, &bad.rules[0].remedy,
        &bad.rules[0].owner, &bad.rules[0].source, &bad.rules[0].field, &bad.school_names["7"]})
    *text = attack;
  bad.rules.push_back(bad.rules[0]);
  bad.rules[1].is_on = false;
  bad.rules[1].off = attack;
  bad.counts.push_back({0, 0, 0, attack});
  auto html = text_of(write_html, bad,
                      {[&](const std::string&, const std::string&) { return attack; }, {}});
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, Not(HasSubstr("<img")));
  EXPECT_THAT(html, HasSubstr("&lt;script&gt;"));
  EXPECT_THAT(html, HasSubstr("default-src 'none'"));
}

TEST(Report, LetsNoCellOfItsCsvBecomeAFormula) {
  auto bad = verdict();
  bad.school_names["7"] = "=HYPERLINK(\"x\"), \"y\"";
  EXPECT_THAT(text_of(write_csv, bad, with_column()),
              HasSubstr("\"'=HYPERLINK(\"\"x\"\"), \"\"y\"\"\""));
}

TEST(Report, IsReadAgainAsTheRunBefore) {
  auto made = verdict();
  made.measures["fewer/students/"] = "12";
  made.measures["fewer/share/"] = "0.50";
  std::istringstream json(text_of(write_json, made, with_column()));
  auto before = before_of(json, "findings.json");
  EXPECT_EQ(before.measures.at("fewer/students/"), "12");
  EXPECT_EQ(before.measures.at("fewer/share/"), "0.50");
  EXPECT_EQ(before.found.size(), made.found.size());
  EXPECT_TRUE(before.has(identity_of(made, span)));
  EXPECT_FALSE(before.has(identity_of(made, span) + "1"));
}

TEST(Report, IsReadAgainInAnyOrderAndSpelling) {
  std::istringstream json(
      R"({"findings": [ {"rows": [{"identity": "inner"}], "identity": "r1\/s\u0031\/"} ], "more": {"identity": "x"},
          "measures": {"a": 1, "b": 2.50, "c": -3}})");
  auto before = before_of(json, "findings.json");
  EXPECT_EQ(before.found.size(), 1u);
  EXPECT_TRUE(before.has("r1/s1/"));
  EXPECT_THAT(before.measures,
              testing::ElementsAre(std::pair<const std::string, std::string>("a", "1"),
                                   std::pair<const std::string, std::string>("b", "2.50"),
                                   std::pair<const std::string, std::string>("c", "-3")));
}

TEST(Report, IsNotReadAgainWhenItIsSomethingElse) {
  auto whole = text_of(write_json, verdict(), with_column());
  auto half = whole.substr(0, whole.size() / 2);
  for (const auto& json : std::vector<std::string>{
           "", "[]", "12", "{}", "{\"findings\": []}", "{\"measures\": {}}",
           "{\"findings\": {}, \"measures\": []}", half, "{\"findings\": [], \xff"}) {
    std::istringstream bytes(json);
    EXPECT_THROW(before_of(bytes, "findings.json"), Error) << json;
  }
}

}  // namespace
}  // namespace homeroom::validate
