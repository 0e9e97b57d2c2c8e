// Rules of the shipped pack that the synthetic district plants no errors for, a row at each border.
#include <fstream>
#include <set>

#include <gmock/gmock.h>

#include "hub/validate/validate.hpp"
#include "hub/world/world.hpp"

namespace homeroom::validate {
namespace {

struct Line {
  std::string entity, row;
};

struct Example {
  std::string rule;
  bool is_found;
  std::string why;
  std::vector<Line> rows;
};

Pack pack() {
  return Pack::load({HOMEROOM_SOURCE_DIR "/configs/rules/ohio-emis.yaml",
                     HOMEROOM_SOURCE_DIR "/configs/model.yaml",
                     {}},
                    {{"all"}, {}}, {{"run_date", "2026-01-13"}, {"school_year", "2026"}});
}

Line pupil(const std::string& special) {
  return {"student", R"({"key":"9001","specialEducation":{"idea":true)" +
                         (special.empty() ? "" : "," + special) + "}}"};
}

/// A pupil of school 7 from August on, its calendar, and one day's attendance.
std::vector<Line> a_day(const std::string& date, const std::string& more,
                        const std::string& exit = "") {
  return {{"student", R"({"key":"9001"})"},
          {"enrollment", R"({"key":"e","student":"9001","school":"7","entryDate":"2025-08-20")" +
                             (exit.empty() ? "" : R"(,"exitDate":")" + exit + '"') + "}"},
          {"calendarDay", R"({"key":"c1","school":"7","date":"2025-09-02","minutes":420})"},
          {"calendarDay", R"({"key":"c2","school":"7","date":"2025-09-01","minutes":0})"},
          {"calendarDay", R"({"key":"c3","school":"8","date":"2025-09-03","minutes":420})"},
          {"attendance",
           R"({"key":"a","student":"9001","school":"7","date":")" + date + "\"," + more + "}"}};
}

/// A pupil of whom all is known, but for what `more` says otherwise.
std::vector<Line> student(const std::string& more) {
  return {{"student", R"({"key":"9001",)" + more + "}"}};
}

std::vector<Line> enrollment(const std::string& more) {
  return {{"student", R"({"key":"9001","districtEntryDate":"2025-08-20"})"},
          {"enrollment", R"({"key":"e","student":"9001","school":"7",)" + more + "}"}};
}

/// Spans of attributes of one pupil, and the enrollment they belong to.
std::vector<Line> attributes(const std::vector<std::string>& spans, const std::string& exit = "") {
  std::vector<Line> rows{
      {"student", R"({"key":"9001"})"},
      {"enrollment", R"({"key":"e","student":"9001","school":"7","entryDate":"2025-08-20")" +
                         (exit.empty() ? "" : R"(,"exitDate":")" + exit + '"') + "}"}};
  for (const auto& span : spans)
    rows.push_back(
        {"attributeSpan", R"({"key":"s","student":"9001","entryDate":"2025-08-20",)" + span + "}"});
  return rows;
}

/// Two open enrollments with these parts of the time.
std::vector<Line> two_places(const std::string& one, const std::string& other) {
  auto row = [](const std::string& key, const std::string& percent) {
    return Line{"enrollment",
                R"({"key":")" + key +
                    R"(","student":"9001","entryDate":"2025-08-20","percentOfTime":)" + percent +
                    "}"};
  };
  return {{"student", R"({"key":"9001"})"}, row("e1", one), row("e2", other)};
}

std::vector<Line> with(std::vector<Line> rows, Line more) {
  rows.push_back(std::move(more));
  return rows;
}

Line service_of(const std::string& student) {
  return {"program", R"({"key":"p","student":")" + student + R"("})"};
}

std::vector<Line> incident(const std::string& date) {
  auto rows = enrollment(R"("entryDate":"2025-08-20","exitDate":"2025-10-01")");
  return with(std::move(rows),
              {"incident", R"({"key":"i","student":"9001","date":")" + date + R"("})"});
}

const std::string absent = R"("status":"absent-unexcused")";

const Example all[] = {
    {"iep-review-late", false, "365 days ago", {pupil(R"("iepReview":"2025-01-13")")}},
    {"iep-review-late", true, "366 days ago", {pupil(R"("iepReview":"2025-01-12")")}},
    {"iep-review-late",
     false,
     "no IEP",
     {{"student", R"({"key":"9001","specialEducation":{"idea":false,"iepReview":"2020-01-01"}})"}}},
    {"iep-review-late", false, "unknown", {pupil("")}},
    {"evaluation-late",
     false,
     "three years less one day",
     {pupil(R"("lastEvaluation":"2023-01-14")")}},
    {"evaluation-late", true, "three years", {pupil(R"("lastEvaluation":"2023-01-13")")}},
    {"iep-dates",
     false,
     "one day long",
     {pupil(R"("iepBegin":"2025-09-01","iepEnd":"2025-09-01")")}},
    {"iep-dates",
     true,
     "ends the day before",
     {pupil(R"("iepBegin":"2025-09-01","iepEnd":"2025-08-31")")}},
    {"iep-dates", false, "open", {pupil(R"("iepBegin":"2025-09-01")")}},
    {"attendance-no-school-day", false, "a school day", a_day("2025-09-02", absent)},
    {"attendance-no-school-day", true, "a holiday of the calendar", a_day("2025-09-01", absent)},
    {"attendance-no-school-day", true, "a school day of another school",
     a_day("2025-09-03", absent)},
    {"attendance-no-school-day", false, "present", a_day("2025-09-01", R"("status":"present")")},
    {"attendance-hours", false, "the whole day",
     a_day("2025-09-02", absent + R"(,"minutesAbsent":420)")},
    {"attendance-hours", true, "a minute more",
     a_day("2025-09-02", absent + R"(,"minutesAbsent":421)")},
    {"attendance-hours", true, "less than nothing",
     a_day("2025-09-02", absent + R"(,"minutesAbsent":-1)")},
    {"attendance-hours", false, "a day the calendar lacks",
     a_day("2025-09-04", absent + R"(,"minutesAbsent":421)")},
    {"attendance-outside", false, "the first day", a_day("2025-08-20", absent)},
    {"attendance-outside", true, "the day before the first", a_day("2025-08-19", absent)},
    {"attendance-outside", false, "the last day", a_day("2025-09-02", absent, "2025-09-02")},
    {"attendance-outside", true, "the day after the last",
     a_day("2025-09-03", absent, "2025-09-02")},
    {"attendance-outside", false, "still enrolled", a_day("2025-12-01", absent)},
    {"discipline-outside", false, "the first day", incident("2025-08-20")},
    {"discipline-outside", true, "the day before the first", incident("2025-08-19")},
    {"discipline-outside", false, "the last day", incident("2025-10-01")},
    {"discipline-outside", true, "the day after the last", incident("2025-10-02")},
    {"ssid-missing", true, "none", student(R"("identifiers":{"district":"9001"})")},
    {"ssid-missing", false, "one", student(R"("identifiers":{"state":"ZZ1234567"})")},
    {"ssid-form", false, "nine digits", student(R"("identifiers":{"state":"123456789"})")},
    {"ssid-form", true, "eight", student(R"("identifiers":{"state":"ZZ123456"})")},
    {"ssid-form", true, "ten", student(R"("identifiers":{"state":"ZZ12345678"})")},
    {"ssid-form", true, "a sign", student(R"("identifiers":{"state":"ZZ-123456"})")},
    {"ssid-usual-form", false, "usual", student(R"("identifiers":{"state":"ZZ1234567"})")},
    {"ssid-usual-form", true, "digits only", student(R"("identifiers":{"state":"123456789"})")},
    {"ssid-twice",
     true,
     "of two students",
     {{"student", R"({"key":"9001","identifiers":{"state":"ZZ1234567"}})"},
      {"student", R"({"key":"9002","identifiers":{"state":"ZZ1234567"}})"}}},
    {"ssid-twice",
     false,
     "of one student",
     {{"student", R"({"key":"9001","identifiers":{"state":"ZZ1234567"}})"},
      {"student", R"({"key":"9002","identifiers":{"state":"ZZ1234568"}})"}}},
    {"name-letters", false, "two parts", student(R"("name":{"first":"Mary-Ann","last":"O'Test"})")},
    {"name-letters", true, "a suffix", student(R"("name":{"first":"Otto","last":"Test, Jr."})")},
    {"name-missing", true, "no last name", student(R"("name":{"first":"Otto"})")},
    {"name-missing", false, "both", student(R"("name":{"first":"Otto","last":"Test"})")},
    {"birth-date-missing", true, "none", student(R"("name":{"first":"Otto"})")},
    {"birth-date-missing", false, "one", student(R"("birthDate":"2014-01-01")")},
    {"birth-date-future", false, "the day of the run", student(R"("birthDate":"2026-01-13")")},
    {"birth-date-future", true, "the day after", student(R"("birthDate":"2026-01-14")")},
    {"sex-missing", true, "unknown", student(R"("sex":"unknown")")},
    {"sex-missing", false, "known", student(R"("sex":"F")")},
    {"language-missing", true, "none", student(R"("sex":"F")")},
    {"language-missing", false, "one", student(R"("languages":{"native":"eng"})")},
    {"race-missing", true, "no race, no summary", student(R"("races":[])")},
    {"race-missing", false, "a summary", student(R"("races":[],"raceSummary":"WHITE")")},
    {"race-missing", false, "a race", student(R"("races":["WHITE"])")},
    {"race-detail-missing", true, "Hispanic", student(R"("races":[],"hispanicLatino":true)")},
    {"race-detail-missing", false, "one race, not Hispanic",
     student(R"("races":[],"hispanicLatino":false,"raceSummary":"WHITE")")},
    {"race-detail-missing", true, "two or more",
     student(R"("races":[],"hispanicLatino":false,"raceSummary":"two-or-more")")},
    {"race-detail-missing", false, "each entered",
     student(R"("races":["WHITE","ASIAN"],"raceSummary":"two-or-more")")},
    {"hispanic-missing", true, "not said", student(R"("sex":"F")")},
    {"hispanic-missing", false, "said", student(R"("hispanicLatino":false)")},
    {"race-summary", false, "Hispanic comes first",
     student(R"("hispanicLatino":true,"races":["WHITE","ASIAN"],"raceSummary":"hispanic")")},
    {"race-summary", true, "Hispanic, but called two or more",
     student(R"("hispanicLatino":true,"races":["WHITE","ASIAN"],"raceSummary":"two-or-more")")},
    {"race-summary", true, "two or more of one",
     student(R"("hispanicLatino":false,"races":["WHITE"],"raceSummary":"two-or-more")")},
    {"race-summary", true, "two, and one is named",
     student(R"("hispanicLatino":false,"races":["WHITE","ASIAN"],"raceSummary":"WHITE")")},
    {"entry-missing", true, "none", enrollment(R"("percentOfTime":100)")},
    {"entry-missing", false, "one", enrollment(R"("entryDate":"2025-08-20")")},
    {"admission-reason-missing", true, "none", enrollment(R"("entryDate":"2025-08-20")")},
    {"admission-reason-missing", false, "one", enrollment(R"("stateEntryReason":"7")")},
    {"admission-after-entry", false, "the day itself", enrollment(R"("entryDate":"2025-08-20")")},
    {"admission-after-entry", true, "the day before", enrollment(R"("entryDate":"2025-08-19")")},
    {"admitted-from-missing", true, "from a nonpublic school",
     enrollment(R"("stateEntryReason":"3")")},
    {"admitted-from-missing", true, "from another public school",
     enrollment(R"("stateEntryReason":"6")")},
    {"admitted-from-missing", false, "no number there is",
     enrollment(R"("stateEntryReason":"6","stateEntryFrom":"999999")")},
    {"admitted-from-missing", false, "from out of state", enrollment(R"("stateEntryReason":"2")")},
    {"admitted-from-form", false, "six digits", enrollment(R"("stateEntryFrom":"012345")")},
    {"admitted-from-form", true, "its zero lost", enrollment(R"("stateEntryFrom":"12345")")},
    {"withdrawn-to-form", false, "six digits", enrollment(R"("stateExitTo":"012345")")},
    {"withdrawn-to-form", true, "a name", enrollment(R"("stateExitTo":"Testwood")")},
    {"withdrawn-to-missing", true, "to a district in Ohio",
     enrollment(R"("stateExitReason":"41")")},
    {"withdrawn-to-missing", false, "it is said",
     enrollment(R"("stateExitReason":"41","stateExitTo":"012345")")},
    {"withdrawn-to-missing", false, "out of state", enrollment(R"("stateExitReason":"40")")},
    {"withdrawal-reason-unknown", true, "none of the list",
     enrollment(R"("stateExitReason":"39")")},
    {"withdrawal-reason-unknown", false, "of the list", enrollment(R"("stateExitReason":"40")")},
    {"percent-missing", true, "none", enrollment(R"("entryDate":"2025-08-20")")},
    {"percent-missing", false, "some", enrollment(R"("percentOfTime":100)")},
    {"percent-sum", false, "a whole", two_places("60", "40")},
    {"percent-sum", true, "more than a whole", two_places("60", "41")},
    {"attribute-in-future", false, "the day of the run", attributes({R"("start":"2026-01-13")"})},
    {"attribute-in-future", true, "the day after", attributes({R"("start":"2026-01-14")"})},
    {"attribute-unreadable", true, "in no calendar", attributes({R"("start":"2025-02-30")"})},
    {"attribute-unreadable", false, "a day", attributes({R"("start":"2025-02-28")"})},
    {"attribute-overlap", false, "the day after",
     attributes({R"("start":"2025-08-20","end":"2025-10-01")", R"("start":"2025-10-02")"})},
    {"attribute-overlap", true, "the same day",
     attributes({R"("start":"2025-08-20","end":"2025-10-01")", R"("start":"2025-10-01")"})},
    {"attribute-after-exit", false, "end together",
     attributes({R"("start":"2025-08-20","end":"2025-10-01")"}, "2025-10-01")},
    {"attribute-after-exit", true, "a day later",
     attributes({R"("start":"2025-08-20","end":"2025-10-02")"}, "2025-10-01")},
    {"attribute-after-exit", true, "open", attributes({R"("start":"2025-08-20")"}, "2025-10-01")},
    {"grade-missing", true, "none", attributes({R"("start":"2025-08-20")"})},
    {"grade-missing", false, "one", attributes({R"("start":"2025-08-20","gradeLevel":"05")"})},
    {"homeless-residence-missing", true, "not said", student(R"("homeless":{"status":true})")},
    {"homeless-residence-missing", false, "not homeless",
     student(R"("homeless":{"status":false})")},
    {"learner-without-program", true, "no service",
     with(student(R"("englishLearner":{"status":"current"})"), service_of("9002"))},
    {"learner-without-program", false, "a service",
     with(student(R"("englishLearner":{"status":"current"})"), service_of("9001"))},
};

/// Found in the synthetic district, which plants an error for each (ohio_emis_test.cpp); and what
/// is asked of a run beside the one before (rules_test.cpp has such rules) or of profiles before
/// it.
const std::set<std::string> tested_elsewhere = {"span-overlap",
                                                "span-gap",
                                                "exit-before-entry",
                                                "two-open-spans",
                                                "admission-reason-unknown",
                                                "withdrawal-without-exit",
                                                "percent-out-of-range",
                                                "iep-without-disability",
                                                "disability-without-iep",
                                                "attribute-before-entry",
                                                "attribute-gap",
                                                "grade-against-age",
                                                "disability-unknown",
                                                "entry-unreadable",
                                                "school-unknown",
                                                "student-unknown",
                                                "entry-in-future",
                                                "duplicate-row",
                                                "ssid-changed",
                                                "fewer-students",
                                                "fewer-at-a-school",
                                                "fewer-disadvantaged"};

/// Whether the rule says something of these rows.
bool is_found(const Pack& pack, const Example& example) {
  world::ScratchFolder folder(std::filesystem::temp_directory_path());
  Given given(pack);
  std::map<std::string, std::string> by_entity;
  for (const auto& [entity, row] : example.rows) by_entity[entity] += row + '\n';
  for (const auto& [entity, rows] : by_entity) {
    auto file = folder.path() / (entity + ".ndjson");
    std::ofstream(file) << rows;
    given.read_rows(*pack.model().find(entity), "sis", file);
  }
  auto verdict = judge(pack, given, nullptr);
  for (std::size_t i = 0; i < verdict.rules.size(); ++i)
    if (verdict.rules[i].id == example.rule) return verdict.counts[i].findings > 0;
  ADD_FAILURE() << "there is no rule " << example.rule;
  return false;
}

TEST(OhioEmisRows, AreJudgedAtEachBorder) {
  auto made = pack();
  for (const auto& example : all)
    EXPECT_EQ(is_found(made, example), example.is_found) << example.rule << ": " << example.why;
}

TEST(OhioEmisRows, TellOfAnSsidThatIsAnotherThanBefore) {
  auto made = pack();
  ASSERT_TRUE(made.reads_profiles_before());
  Given given(made);
  auto origin = given.origin("profiles", "profile", "");
  given.read_profile(R"({"id":"same","identifiers":{"state":"ZZ1234567"}})", origin);
  given.read_profile(R"({"id":"other","identifiers":{"state":"ZZ1234568"}})", origin);
  given.read_profile(R"({"id":"gets-one","identifiers":{"state":"ZZ1234569"}})", origin);
  given.read_profile_before(R"({"id":"same","identifiers":{"state":"ZZ1234567"}})");
  given.read_profile_before(R"({"id":"other","identifiers":{"state":"ZZ7654321"}})");
  given.read_profile_before(R"({"id":"gets-one"})");
  auto verdict = judge(made, given, nullptr, Reach::students);
  uint32_t told = 0;
  for (const auto& one : verdict.found) {
    if (verdict.rules[one.rule].id != "ssid-changed") continue;
    ++told;
    EXPECT_EQ(one.student, "other");
  }
  EXPECT_EQ(told, 1u);
}

TEST(OhioEmisRows, StandForEveryRule) {
  std::set<std::string> tested = tested_elsewhere;
  for (const auto& example : all) tested.insert(example.rule);
  for (const auto& rule : pack().rules()) EXPECT_TRUE(tested.contains(rule.id)) << rule.id;
}

}  // namespace
}  // namespace homeroom::validate
