// Rows of several sources that are one fact without being equal: spans that overlap, and days that
// are not far apart.
#include <algorithm>

#include <gmock/gmock.h>

#include "tests/merge/said.hpp"

namespace homeroom::merge::testing {
namespace {

enum : uint32_t { sis, clinic, office };

/// Enrollments are one while they overlap, doses while they are not more than two days apart.
record::Model loose_model() {
  auto loose = model();
  auto& enrollment = loose.entities[*loose.find("enrollment")];
  enrollment.united_by.clear();
  enrollment.spans_united_by = {"school"};
  loose.entities[*loose.find("immunization")].united_within_days = 2;
  return loose;
}

struct Stay {
  const char* first;
  const char* last;  ///< empty: not over yet
};

struct Pair {
  const char* name;
  Stay sis, office;
  std::size_t rows;  ///< of the profile
};

class Spans : public ::testing::TestWithParam<Pair> {};

Values stay(const Stay& stay) {
  Values values{{"school", "O7"}};
  if (*stay.first) values.emplace_back("entryDate", stay.first);
  if (*stay.last) values.emplace_back("exitDate", stay.last);
  return values;
}

TEST_P(Spans, AreOneFactWhileTheyOverlap) {
  Said said(loose_model());
  said.row_of(sis, "enrollment", "E1", stay(GetParam().sis))
      .row_of(office, "enrollment", "9", stay(GetParam().office));
  EXPECT_EQ(said.choices().size(), GetParam().rows);
  auto json = said.json();
  EXPECT_EQ(said.json_backwards(), json);
}

INSTANTIATE_TEST_SUITE_P(
    Each, Spans,
    ::testing::Values(
        Pair{"equal", {"2025-08-20", "2026-05-29"}, {"2025-08-20", "2026-05-29"}, 1},
        Pair{"inside", {"2025-08-20", "2026-05-29"}, {"2025-09-01", "2025-12-19"}, 1},
        Pair{"one_day", {"2025-08-20", "2025-12-19"}, {"2025-12-19", ""}, 1},
        Pair{"both_open", {"2025-08-20", ""}, {"2025-09-01", ""}, 1},
        Pair{"no_days_at_all", {"", ""}, {"2025-09-01", ""}, 1},
        Pair{"one_after_the_other", {"2025-08-20", "2025-12-19"}, {"2025-12-20", ""}, 2}),
    [](const auto& each) { return std::string(each.param.name); });

TEST(Overlap, TheMoreTrustedSourceSaysTheDays) {
  Said said(loose_model());
  said.row_of(office, "enrollment", "9",
              {{"school", "O7"}, {"entryDate", "2025-08-25"}, {"gradeLevel", "05"}})
      .row_of(sis, "enrollment", "E1", {{"school", "O7"}, {"entryDate", "2025-08-20"}});
  EXPECT_EQ(
      said.json(),
      R"({"id":"p-1","enrollments":[{"school":"O7","entryDate":"2025-08-20","gradeLevel":"05"}]})");
}

TEST(Overlap, AtAnotherSchoolIsAnotherFact) {
  Said said(loose_model());
  said.row_of(sis, "enrollment", "E1", {{"school", "O7"}, {"entryDate", "2025-08-20"}})
      .row_of(office, "enrollment", "9", {{"school", "O8"}, {"entryDate", "2025-08-20"}});
  EXPECT_EQ(said.choices().size(), 2u);
}

TEST(Overlap, RowsOfOneSourceStayApart) {
  Said said(loose_model());
  said.row_of(sis, "enrollment", "E1", {{"school", "O7"}, {"entryDate", "2025-08-20"}})
      .row_of(sis, "enrollment", "E2", {{"school", "O7"}, {"entryDate", "2025-09-20"}})
      .row_of(office, "enrollment", "9", {{"school", "O7"}, {"entryDate", "2025-09-20"}});
  EXPECT_EQ(said.choices().size(), 2u);
}

TEST(Overlap, OfOneSourceAloneKeepsTheOrderOfItsKeys) {
  Said said(loose_model());
  said.row_of(sis, "enrollment", "E2", {{"school", "O7"}, {"gradeLevel", "05"}})
      .row_of(sis, "enrollment", "E1", {{"school", "O8"}, {"gradeLevel", "04"}});
  EXPECT_EQ(said.choices().at(0).parts.at(0).key, "E1");
}

TEST(Nearness, OfDaysUnitesADoseThatTwoSourcesDateDifferently) {
  Said said(loose_model());
  said.row_of(clinic, "immunization", "77",
              {{"vaccine", "MMR"}, {"date", "2018-05-04"}, {"lot", "L9"}})
      .row_of(sis, "immunization", "I1", {{"vaccine", "MMR"}, {"date", "2018-05-02"}});
  EXPECT_EQ(said.json(),
            R"({"id":"p-1","immunizations":[{"vaccine":"MMR","date":"2018-05-02","lot":"L9"}]})");
  EXPECT_EQ(said.json_backwards(), said.json());
}

TEST(Nearness, EndsWhereTheModelSays) {
  Said said(loose_model());
  said.row_of(clinic, "immunization", "77", {{"vaccine", "MMR"}, {"date", "2018-05-05"}})
      .row_of(sis, "immunization", "I1", {{"vaccine", "MMR"}, {"date", "2018-05-02"}});
  EXPECT_EQ(said.choices().size(), 2u);
}

TEST(ExplainRows, TellsTheRowsBehindAFactAndWhyEachValueStands) {
  Said said(model());
  said.row_of(clinic, "immunization", "77",
              {{"vaccine", "MMR"}, {"date", "2018-05-02"}, {"lot", "L9"}})
      .row_of(sis, "immunization", "I1",
              {{"vaccine", "MMR"}, {"date", "2018-05-02"}, {"lot", "L8"}});
  auto rows = said.choices();
  ASSERT_EQ(rows.size(), 1u);
  ASSERT_EQ(rows[0].parts.size(), 2u);
  EXPECT_EQ(rows[0].parts[0].key, "I1");
  EXPECT_EQ(rows[0].parts[1].key, "77");
  const auto& lot = rows[0].fields.at(2);
  EXPECT_EQ(lot.why, "sis stands before clinic in trust.default");
  EXPECT_EQ(lot.others.at(0).source, clinic);
  EXPECT_EQ(lot.others.at(0).relation, "differs");
}

}  // namespace
}  // namespace homeroom::merge::testing
