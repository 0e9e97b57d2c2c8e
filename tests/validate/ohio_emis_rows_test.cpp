// Rules of the shipped pack that the synthetic district plants no errors for, a row at each border.
#include <fstream>

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
};

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

}  // namespace
}  // namespace homeroom::validate
