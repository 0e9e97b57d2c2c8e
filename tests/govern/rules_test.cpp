// What single rules do, with rules of the test's own.
#include <gmock/gmock.h>

#include "homeroom/error.hpp"
#include "tests/govern/child.hpp"

namespace homeroom::govern::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

/// A rule in one line: who may have what is always a nurse for health-care.
std::string rule(const std::string& id, const std::string& classes, const std::string& effect,
                 const std::string& more = {}) {
  return "  - {id: " + id + ", classes: " + classes +
         ", purposes: [health-care], audiences: [nurse], basis: invented, effect: " + effect +
         (more.empty() ? "" : ", " + more) + "}\n";
}

District nurses(const std::string& rules) {
  District district;
  district.rules(rules).read_by("nurse", "health-care").send({"name", "birthDate"});
  return district;
}

const Child ona = Child().is({{"name.first", "Ona"}, {"birthDate", "2014-11-03"}});

TEST(Rules, NoRuleNoShare) {
  auto share = nurses(rule("1", "[health]", "allow")).share(ona);
  EXPECT_EQ(share.outcome, Outcome::withheld);
  EXPECT_EQ(share.body, "");
  EXPECT_EQ(share.fields_withheld, 2u);
}

TEST(Rules, AllowSharesTheFieldsOfItsClass) {
  auto share = nurses(rule("1", "[directory]", "allow")).share(ona);
  EXPECT_EQ(share.outcome, Outcome::shared);
  EXPECT_EQ(share.body, R"({"id":"p-1","name":{"first":"Ona"}})");
  EXPECT_EQ(share.fields_withheld, 1u);
}

TEST(Rules, PolicyNeverAddsToWhatADestinationAsksFor) {
  auto district = nurses(rule("1", "\"*\"", "allow"));
  EXPECT_EQ(district.send({"birthDate"}).body(ona), R"({"id":"p-1","birthDate":"2014-11-03"})");
}

TEST(Rules, AFieldThatIsNoLongerAskedForIsNoLongerSent) {
  auto district = nurses(rule("1", "\"*\"", "allow"));
  EXPECT_THAT(district.body(ona), HasSubstr("Ona"));
  EXPECT_THAT(district.send({"birthDate"}).body(ona), ::testing::Not(HasSubstr("Ona")));
}

TEST(Rules, ADenyWinsOverAnAllow) {
  auto rules = rule("1", "[directory]", "allow") + rule("2", "\"*\"", "deny");
  EXPECT_EQ(nurses(rules).share(ona).outcome, Outcome::withheld);
}

TEST(Rules, ADenyGivesWayToTheRuleItNames) {
  auto rules =
      rule("1", "[directory]", "allow") + rule("2", "\"*\"", "deny", "overridable_by: [1]");
  EXPECT_EQ(nurses(rules).body(ona), R"({"id":"p-1","name":{"first":"Ona"}})");
}

TEST(Rules, ADenyDoesNotGiveWayToARuleWhoseConditionDoesNotHold) {
  auto rules = rule("1", "[directory]", "allow", "when: [my-caseload]") +
               rule("2", "\"*\"", "deny", "overridable_by: [1]");
  EXPECT_EQ(nurses(rules).share(ona).outcome, Outcome::withheld);
}

TEST(Rules, ARuleOverridesAllDeniesButThoseItNames) {
  auto rules = rule("1", "\"*\"", "allow", "overrides_all_but: [3]") +
               rule("2", "[directory]", "deny") + rule("3", "[identity]", "deny");
  EXPECT_EQ(nurses(rules).body(ona), R"({"id":"p-1","name":{"first":"Ona"}})");
}

TEST(Rules, TheMoreExactRuleCounts) {
  auto rules = rule("1", "\"*\"", "redact") + rule("2", "[directory]", "allow");
  EXPECT_EQ(nurses(rules).body(ona), R"({"id":"p-1","name":{"first":"Ona"}})");
}

TEST(Rules, OfEquallyExactRulesTheStricterCounts) {
  auto rules = rule("1", "[directory]", "allow") + rule("2", "[directory]", "redact");
  EXPECT_EQ(nurses(rules).share(ona).outcome, Outcome::withheld);
}

TEST(Rules, RedactLeavesTheFieldsItNames) {
  auto child = Child().is({{"name.first", "Ona"}, {"name.last", "Mockridge"}});
  auto share = nurses(rule("1", "[directory]", "redact", "keep: [name.last]")).share(child);
  EXPECT_EQ(share.body, R"({"id":"p-1","name":{"last":"Mockridge"}})");
  EXPECT_EQ(share.fields_withheld, 1u);
}

TEST(Rules, MaskTellsAPart) {
  auto rules = rule("1", "[identity]", "mask", "mask: {birthDate: year, phones: last-four}");
  auto child = Child().is({{"birthDate", "2014-11-03"},
                           {"phones.home", "+16145550142"},
                           {"addresses.home.line", "1 Sample St"}});
  EXPECT_EQ(nurses(rules).send({"birthDate", "phones", "addresses"}).body(child),
            R"({"id":"p-1","birthDate":"2014","phones":{"home":"0142"}})");
}

TEST(Rules, NothingGoesWhereOnlyCodesOrCountsMay) {
  EXPECT_EQ(nurses(rule("1", "[directory]", "pseudonym")).share(ona).outcome, Outcome::withheld);
  EXPECT_EQ(nurses(rule("1", "[directory]", "aggregate")).share(ona).outcome, Outcome::withheld);
}

TEST(Rules, ARuleThatIsOverDoesNotMatch) {
  auto district = nurses(rule("1", "[directory]", "allow", "owner: somebody, ends: 2026-01-13"));
  auto share = district.share(ona);
  EXPECT_EQ(share.outcome, Outcome::shared);
  EXPECT_EQ(share.changes_on, day("2026-01-14"));
  EXPECT_EQ(district.on("2026-01-14").share(ona).outcome, Outcome::withheld);
}

TEST(Rules, AConditionForAPersonIsNeverMetInAPush) {
  auto rules = rule("1", "[directory]", "allow", "when: [reason-required]");
  EXPECT_EQ(nurses(rules).share(ona).outcome, Outcome::withheld);
}

TEST(Rules, WhatIsNotAboutAPersonNeedsNoRule) {
  EXPECT_NO_THROW(nurses(rule("1", "[directory]", "allow")).share(ona));
}

/// The message of the refusal.
std::string refusal(District district) {
  try {
    district.governor();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

TEST(Rules, AWordOutsideTheVocabularyIsRefusedWithItsPlace) {
  auto says = refusal(nurses(rule("1", "[directory, healht]", "allow")));
  EXPECT_THAT(says, HasSubstr("healht is no class of data"));
  EXPECT_THAT(says, HasSubstr(":4"));
  EXPECT_THAT(refusal(nurses(rule("1", "[health]", "alow"))), HasSubstr("alow is no effect"));
  EXPECT_THAT(refusal(nurses(rule("1", "[health]", "allow", "when: [my-caselod]"))),
              HasSubstr("my-caselod is no condition"));
}

TEST(Rules, ARuleIdStandsOnce) {
  auto says = refusal(nurses(rule("1", "[health]", "allow") + rule("1", "[health]", "deny")));
  EXPECT_THAT(says, HasSubstr("rule 1 stands in own 1"));
}

TEST(Rules, ARuleWithAnEndHasAnOwner) {
  EXPECT_THAT(refusal(nurses(rule("1", "[health]", "allow", "ends: 2026-12-31"))),
              HasSubstr("owner"));
}

TEST(Rules, AnUnknownFieldInSendIsRefusedWithItsPlaceAndANearerWord) {
  auto district = nurses(rule("1", "[health]", "allow"));
  EXPECT_THAT(refusal(district.send({"birthdate"})),
              HasSubstr("homeroom.yaml:50: send: no field birthdate"));
}

TEST(Rules, WordsOfSendStandForWhatASchoolMeans) {
  auto district = nurses(rule("1", "\"*\"", "allow"));
  auto child = whole_child();
  EXPECT_EQ(district.send({"school", "grade"}).body(child),
            R"({"id":"p-1","enrollments":[{"school":"O7","gradeLevel":"05"}]})");
  EXPECT_EQ(district.send({"contacts.phones"}).body(child),
            R"({"id":"p-1","contacts":[{"phones":{"mobile":"+16145550188"}}]})");
  EXPECT_EQ(district.send({"service", "immunizations.vaccine"}).body(child),
            R"({"id":"p-1","services":[{"category":"education","setting":"community"}],)"
            R"("immunizations":[{"vaccine":"MMR"}]})");
}

TEST(Rules, EverythingIsEverythingThatTheRulesLetThrough) {
  auto district = nurses(rule("1", "[directory]", "allow"));
  EXPECT_EQ(district.send({"everything"}).body(whole_child()),
            R"({"id":"p-1","name":{"first":"Willa","last":"Testwood"},)"
            R"("enrollments":[{"school":"O7","gradeLevel":"05","entryDate":"2022-08-19"}]})");
}

TEST(Rules, ExplainNamesTheRuleOrTheListForEachField) {
  auto rulings =
      nurses(rule("1", "[directory]", "allow"))
          .send({"name.first", "birthDate"})
          .explain(Child().is(
              {{"name.first", "Ona"}, {"name.last", "Mockridge"}, {"birthDate", "2014-11-03"}}));
  ASSERT_EQ(rulings.size(), 3u);
  EXPECT_EQ(rulings[0].rule, "own 1");
  EXPECT_EQ(rulings[0].effect, "allow");
  EXPECT_EQ(rulings[1].says, "not in its list (homeroom.yaml, send)");
  EXPECT_FALSE(rulings[1].is_asked_for);
  EXPECT_EQ(rulings[2].effect, "deny");
  EXPECT_EQ(rulings[2].says, "no rule lets identity go to nurse for health-care");
}

}  // namespace
}  // namespace homeroom::govern::testing
