#include <gmock/gmock.h>

#include "homeroom/error.hpp"
#include "tests/govern/child.hpp"

namespace homeroom::govern::testing {
namespace {

/// Coordinators who ask for the names of the children of one group.
District asking(const std::string& expression) {
  District district;
  district.group("wanted", expression)
      .read_by("coordinator", "student-support")
      .students("wanted")
      .send({"name"});
  return district;
}

bool is_in(const std::string& expression, const Child& child) {
  return asking(expression).share(child).outcome != Outcome::out_of_scope;
}

TEST(Groups, AnEnrollmentIsActiveUntilItsLastDay) {
  auto until = [](const std::string& exit) {
    return Child().has("enrollment", {{"school", "O7"}, {"exitDate", exit}});
  };
  EXPECT_TRUE(is_in("enrollment.active", Child().has("enrollment", {{"school", "O7"}})));
  EXPECT_TRUE(is_in("enrollment.active", until("2026-01-13")));
  EXPECT_FALSE(is_in("enrollment.active", until("2026-01-12")));
  EXPECT_FALSE(is_in("enrollment.active", Child()));
}

TEST(Groups, AskForCaseloadsAndConsents) {
  auto cared_for = Child().is({{"name.first", "Ona"}}).on_caseload_of("coordinator");
  EXPECT_TRUE(is_in("caseload('coordinator')", cared_for));
  EXPECT_FALSE(is_in("caseload('nurse')", cared_for));
  const std::string both = "coordinator is not null and consents('success-plan')";
  EXPECT_FALSE(is_in(both, cared_for));
  EXPECT_TRUE(is_in(both, cared_for.consents("success-plan", "coordinator", "directory")));
}

TEST(Groups, AskForFieldsOfTheStudentAndNullIsNo) {
  EXPECT_TRUE(is_in("section504", Child().is({{"section504", "true"}})));
  EXPECT_FALSE(is_in("section504", Child().is({{"section504", "false"}})));
  EXPECT_FALSE(is_in("section504", Child()));
}

TEST(Groups, ChangeByThemselvesWhenAnEnrollmentEnds) {
  auto share =
      asking("enrollment.active")
          .share(Child().has("enrollment", {{"school", "O7"}, {"exitDate", "2026-01-20"}}));
  EXPECT_EQ(share.changes_on, day("2026-01-21"));
}

TEST(Groups, AnExpressionThatCannotBeReadIsRefusedWithItsPlace) {
  try {
    asking("enrolment.active").governor();
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("homeroom.yaml:70: group wanted"));
  }
  EXPECT_THROW(asking("any(homelessness, h -> h.end is null)").governor(), Error);
  EXPECT_THROW(asking("name.first").governor(), Error);
}

TEST(Groups, AGroupThatIsNotThereIsRefused) {
  District district;
  district.read_by("nurse", "health-care").students("wnated").send({"name"});
  EXPECT_THROW(district.governor(), Error);
}

}  // namespace
}  // namespace homeroom::govern::testing
