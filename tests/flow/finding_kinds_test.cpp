// A night's findings are counted one by one and told by kind.
#include "hub/flow/finding_kinds.hpp"

#include <gmock/gmock.h>

namespace homeroom::flow {
namespace {

using record::Finding;
using record::Severity;

Finding finding(Severity severity, const std::string& says, uint64_t line) {
  Finding made;
  made.severity = severity;
  made.rule = "option";
  made.source = "sis";
  made.stream = "demographics";
  made.field = "sex";
  made.file = "demographics.csv";
  made.line = line;
  made.says = says;
  return made;
}

TEST(FindingKinds, CountEqualOnesAndKeepThePlaceOfTheFirst) {
  FindingKinds night;
  for (uint64_t line = 5; line < 25; ++line)
    night.take(finding(Severity::warning, "code not in sex", line));
  auto kinds = night.kinds();
  ASSERT_EQ(kinds.size(), 1u);
  EXPECT_EQ(kinds[0].count, 20u);
  EXPECT_EQ(kinds[0].first.line, 5u);
  EXPECT_EQ(night.counts().warning, 20u);
}

TEST(FindingKinds, ComeGravestFirstThenMostFrequent) {
  FindingKinds night;
  night.take(finding(Severity::warning, "rare", 1));
  for (int i = 0; i < 3; ++i) night.take(finding(Severity::warning, "frequent", 1));
  night.take(finding(Severity::critical, "grave", 1));
  std::vector<std::string> says;
  for (const auto& kind : night.kinds()) says.push_back(kind.first.says);
  EXPECT_THAT(says, testing::ElementsAre("grave", "frequent", "rare"));
}

TEST(FindingKinds, OfSourcesAddUp) {
  FindingKinds sis, clinic, night;
  sis.take(finding(Severity::warning, "code not in sex", 3));
  clinic.take(finding(Severity::warning, "code not in sex", 4));
  clinic.take(finding(Severity::info, "odd", 4));
  night.take(sis);
  night.take(clinic);
  EXPECT_EQ(night.counts().warning, 2u);
  EXPECT_EQ(night.counts().info, 1u);
  EXPECT_EQ(night.kinds()[0].count, 2u);
}

TEST(FindingKinds, AreCountedAlsoWhereTheyAreTooManyToTell) {
  FindingKinds source, night;
  for (int i = 0; i < 2000; ++i) source.take(finding(Severity::warning, std::to_string(i), 1));
  night.take(source);
  EXPECT_EQ(night.counts().warning, 2000u);
  EXPECT_LT(night.kinds().size(), 2000u);
  night.take(finding(Severity::critical, "grave", 1));
  EXPECT_EQ(night.kinds().front().first.says, "grave") << "a milder one makes room";
}

}  // namespace
}  // namespace homeroom::flow
