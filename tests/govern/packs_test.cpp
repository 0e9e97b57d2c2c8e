// The policy packs of configs/policy on a child with something of everything.
#include <set>

#include <gmock/gmock.h>

#include "hub/govern/words.hpp"
#include "hub/settings/model.hpp"
#include "tests/govern/child.hpp"

namespace homeroom::govern::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

District coordinators() {
  District district;
  district.read_by("coordinator", "student-support").send({"everything"});
  return district;
}

Child on_caseload() {
  return whole_child().on_caseload_of("coordinator");
}

TEST(Coordinator, GetsNothingOfAChildOnNobodysCaseload) {
  EXPECT_EQ(coordinators().share(whole_child()).outcome, Outcome::withheld);
}

TEST(Coordinator, GetsWhoTheChildIsAndWhomToCall) {
  auto body = coordinators().body(on_caseload());
  for (auto shared :
       {"Willa", "O7", "2014-11-03", "12 Sample St", "Pretendson", "education", "present"})
    EXPECT_THAT(body, HasSubstr(shared));
}

TEST(Coordinator, GetsNoMealStatusDiagnosisResidenceOrDisabilityCategory) {
  auto body = coordinators().body(on_caseload());
  for (auto withheld : {"schoolMeals", "J45", "shelter", "sld", "primaryDisability", "religion",
                        "ZZ0000001", "notes", "immunizations"})
    EXPECT_THAT(body, Not(HasSubstr(withheld)));
}

TEST(Coordinator, GetsThatThereIsAPlanAndHousingSupport) {
  auto body = coordinators().body(on_caseload());
  EXPECT_THAT(body, HasSubstr(R"("specialEducation":{"idea":true})"));
  EXPECT_THAT(body, HasSubstr(R"("homeless":{"served":true})"));
}

TEST(Coordinator, HearsOfHousingSupportOnlyWhileThereIsANeed) {
  auto child =
      Child()
          .is({{"name.first", "Willa"}, {"homeless.served", "true"}})
          .has("homelessness", {{"start", "2025-01-11"}, {"end", "2025-12-20"}}, "shelter|E1")
          .on_caseload_of("coordinator");
  EXPECT_THAT(coordinators().body(child), Not(HasSubstr("homeless")));
}

TEST(Coordinator, GetsTheMealStatusWithConsentAndLosesItWhenConsentIsWithdrawn) {
  auto child = on_caseload().consents("meal-status", "coordinator", "economic");
  EXPECT_THAT(coordinators().body(child), HasSubstr("reduced"));
  child.has("consent", {{"id", "F1"}, {"revokedAt", "2026-01-13T08:00:00-05:00"}}, "consents|r");
  EXPECT_THAT(coordinators().body(child), Not(HasSubstr("reduced")));
}

TEST(Coordinator, GetsNothingByAConsentForSomebodyElseOrSomethingElse) {
  for (const auto& child :
       {on_caseload().consents("meal-status", "nurse", "economic"),
        on_caseload().consents("meal-status", "coordinator", "health"),
        on_caseload().consents("photo", "coordinator", "economic"),
        on_caseload().consents("meal-status", "coordinator", "economic", {{"end", "2026-01-12"}})})
    EXPECT_THAT(coordinators().body(child), Not(HasSubstr("reduced")));
}

TEST(Coordinator, LosesAChildTheDayAfterTheCaseloadEnds) {
  auto child = whole_child().on_caseload_of("coordinator", "2025-08-20", "2026-01-13");
  auto share = coordinators().share(child);
  EXPECT_EQ(share.outcome, Outcome::shared);
  EXPECT_EQ(share.changes_on, day("2026-01-14"));
  EXPECT_EQ(coordinators().on("2026-01-14").share(child).outcome, Outcome::withheld);
}

District nurses() {
  District district;
  district.read_by("nurse", "health-care").all_schools().send({"everything"});
  return district;
}

TEST(Nurse, OfEverySchoolGetsTheHealthRecordAndWhoseItIs) {
  auto body = nurses().body(whole_child());
  for (auto shared : {"Willa", "2014-11-03", "MMR", "J45", "Pretendson"})
    EXPECT_THAT(body, HasSubstr(shared));
  for (auto withheld : {"reduced", "sld", "present", "shelter"})
    EXPECT_THAT(body, Not(HasSubstr(withheld)));
}

TEST(Nurse, OfNoKnownSchoolGetsNothing) {
  District district;
  district.read_by("nurse", "health-care").send({"everything"});
  EXPECT_EQ(district.share(whole_child()).outcome, Outcome::withheld);
  EXPECT_EQ(district.share(whole_child().on_caseload_of("nurse")).outcome, Outcome::shared);
}

TEST(Evidence, HealthOfAWeaklyLinkedClinicStaysBack) {
  auto child = whole_child();
  EXPECT_THAT(nurses().share(child, {"sis"}).body, Not(HasSubstr("J45")));
  EXPECT_THAT(nurses().share(child, {"sis"}).body, HasSubstr("MMR"));
}

TEST(Evidence, ARowOfSeveralSourcesNeedsThemAll) {
  auto child = Child()
                   .is({{"name.first", "Ona"}})
                   .has("immunization", {{"vaccine", "MMR"}}, "sis+clinic|I1");
  EXPECT_THAT(nurses().share(child, {"sis"}).body, Not(HasSubstr("MMR")));
  EXPECT_THAT(nurses().share(child, {"sis", "clinic"}).body, HasSubstr("MMR"));
}

TEST(Regime, AClinicsHealthDataAreUnderHipaaEvenInARowOfTheSchool) {
  District district;
  district.read_by("counselor", "student-support").send({"conditions"});
  auto rulings = district.explain(
      Child().has("condition", {{"code", "J45"}}, "sis+clinic|K1").on_caseload_of("counselor"));
  EXPECT_EQ(rulings.at(0).rule, "federal 36");
}

TEST(Regime, WhatASubstanceUseProgrammeSaysGoesNowhere) {
  auto child = Child().is({{"name.first", "Ona"}}, "rehab");
  EXPECT_EQ(nurses().share(child, {"rehab"}).outcome, Outcome::withheld);
}

TEST(Safety, AProtectedAddressGoesToNobody) {
  auto child = on_caseload().has("protectedAddress", {{"start", "2026-01-01"}});
  auto body = coordinators().body(child);
  for (auto withheld : {"12 Sample St", "+16145550142", "+16145550188", "protectedAddress"})
    EXPECT_THAT(body, Not(HasSubstr(withheld)));
  EXPECT_THAT(body, HasSubstr("Pretendson"));
}

TEST(Safety, TheFlagOnTheStudentProtectsAsTheRowDoes) {
  auto body = coordinators().body(on_caseload().is({{"protectedAddress", "true"}}, "shelter"));
  EXPECT_THAT(body, Not(HasSubstr("12 Sample St")));
}

TEST(Safety, AContactWhoLivesElsewhereKeepsItsPhone) {
  auto child =
      Child()
          .has("contact", {{"name.first", "Opal"}, {"phones.mobile", "+1"}, {"livesWith", "false"}},
               "sis|G1")
          .on_caseload_of("coordinator")
          .has("protectedAddress", {{"start", "2026-01-01"}});
  EXPECT_THAT(coordinators().body(child), HasSubstr("phones"));
}

TEST(Safety, ARestrictedContactIsNeverSharedWhateverOtherSourcesSay) {
  auto child =
      on_caseload()
          .has("contact",
               {{"name.first", "Opal"}, {"name.last", "Pretendson"}, {"relation", "parent"}},
               "shelter|9")
          .has("contact", {{"name.first", "Rufus"}, {"name.last", "Fauxley"}}, "sis|G2")
          .has("contactRestriction",
               {{"contact", "G1"}, {"kind", "no-contact"}, {"start", "2025-10-01"}});
  auto share = coordinators().share(child);
  EXPECT_THAT(share.body, Not(HasSubstr("Pretendson")));
  EXPECT_THAT(share.body, HasSubstr("Fauxley"));
  EXPECT_GT(share.fields_withheld, 3u);
}

TEST(Safety, IfTheRestrictedPersonIsNotFoundNoContactIsShared) {
  auto child = on_caseload().has(
      "contactRestriction", {{"contact", "X"}, {"kind", "no-records"}, {"start", "2025-10-01"}});
  EXPECT_THAT(coordinators().body(child), Not(HasSubstr("contacts")));
}

TEST(Safety, APersonWhoMayNotPickUpMayStillBeCalled) {
  auto child = on_caseload().has(
      "contactRestriction", {{"contact", "G1"}, {"kind", "no-pickup"}, {"start", "2025-10-01"}});
  EXPECT_THAT(coordinators().body(child), HasSubstr("Pretendson"));
}

TEST(ValueClass, AnExpulsionIsBehaviorAndACourtOrderJustice) {
  District district;
  district.read_by("teacher", "instruction").send({"enrollment.exitType"});
  auto left = [](const std::string& how) {
    return Child().has("enrollment", {{"exitType", how}}).on_caseload_of("teacher");
  };
  EXPECT_EQ(district.share(left("graduated")).outcome, Outcome::shared);
  EXPECT_EQ(district.share(left("expelled")).outcome, Outcome::withheld);
  EXPECT_EQ(district.share(left("court")).outcome, Outcome::withheld);
}

TEST(OptOut, FromOutsideAgenciesWinsOverEveryAllow) {
  District district;
  district.rules(
      "  - {id: a, classes: [directory], purposes: [student-support], audiences: [partner-agency], "
      "basis: invented, effect: allow}\n");
  district.read_by("partner-agency", "student-support").send({"name"});
  EXPECT_EQ(district.share(whole_child()).outcome, Outcome::shared);
  EXPECT_EQ(district.share(whole_child().has("optOut", {{"category", "outside-agencies"}})).outcome,
            Outcome::withheld);
}

District planwise(bool has_counsel) {
  auto district = coordinators();
  district.held_by_vendor({"directory", "identity", "service", "support-services"}, "2026-06-30",
                          has_counsel);
  return district;
}

TEST(Agreement, OnlyClassesItListsGoToAVendor) {
  auto body = planwise(true).body(on_caseload());
  EXPECT_THAT(body, HasSubstr("Willa"));
  EXPECT_THAT(body, Not(HasSubstr("present")));
  EXPECT_THAT(planwise(true).advice(),
              Contains(HasSubstr("asks for attendance, which agreement planwise does not list")));
}

TEST(Agreement, PlansGoToAVendorOnlyWithCounsel) {
  EXPECT_THAT(planwise(true).body(on_caseload()), HasSubstr("caseloads"));
  EXPECT_THAT(planwise(false).body(on_caseload()), Not(HasSubstr("caseloads")));
  EXPECT_THAT(planwise(false).advice(),
              Contains(HasSubstr("rule ohio 46 keeps back support-services")));
}

TEST(Agreement, NothingGoesTheDayAfterItEnds) {
  EXPECT_EQ(planwise(true).on("2026-06-30").share(on_caseload()).changes_on, day("2026-07-01"));
  auto over = planwise(true).on("2026-07-01");
  EXPECT_EQ(over.share(on_caseload()).outcome, Outcome::withheld);
  EXPECT_THAT(over.advice(),
              Contains(HasSubstr("agreement planwise ended on 2026-06-30: nothing goes")));
}

TEST(Agreement, WithoutABasisNothingGoes) {
  auto district = coordinators();
  district.held_by_vendor({"directory"}, "2026-06-30", true, "");
  EXPECT_EQ(district.share(on_caseload()).outcome, Outcome::withheld);
}

TEST(Agreement, MayRestOnTheConsentOfTheFamily) {
  auto district = coordinators();
  district.held_by_vendor({"directory", "identity"}, "2026-06-30", true, "consent(success-plan)");
  EXPECT_EQ(district.share(on_caseload()).outcome, Outcome::withheld);
  auto share = district.share(on_caseload().consents("success-plan", "Planwise LLC", "directory"));
  EXPECT_THAT(share.body, HasSubstr("Willa"));
  EXPECT_THAT(share.body, Not(HasSubstr("2014-11-03")));
}

TEST(Agreement, IsADisclosureWhoeverReads) {
  EXPECT_TRUE(planwise(true).governor()->is_disclosure(0));
  EXPECT_FALSE(coordinators().governor()->is_disclosure(0));
}

TEST(Basis, NamesRulesClassesAndPaperButNoValue) {
  auto basis = planwise(true).governor()->basis(0);
  EXPECT_EQ(basis.recipient, "Planwise LLC, coordinator");
  EXPECT_EQ(basis.agreement, "planwise");
  EXPECT_EQ(basis.classes, "directory, identity, service, support-services");
  EXPECT_THAT(basis.rules, HasSubstr("federal 4"));
}

TEST(Digest, ChangesWithTheMeaningOnly) {
  auto digest = [](District district) { return district.governor()->digest(0); };
  EXPECT_EQ(digest(coordinators()), digest(coordinators()));
  EXPECT_EQ(digest(coordinators()), digest(coordinators().on("2026-01-14")));
  EXPECT_NE(digest(coordinators()), digest(coordinators().send({"name"})));
  EXPECT_NE(digest(planwise(true)), digest(planwise(false)));
}

/// A child on everybody's caseload, so that relations never stand in the way.
Child known_to_all() {
  auto child = whole_child();
  for (const auto& audience : audience_words()) child.on_caseload_of(audience);
  return child;
}

TEST(Packs, WhoeverMaySeeAClassByNameMaySeeWhoseRecordItIs) {
  for (const auto& audience : audience_words()) {
    // Records of the state go under its code alone; a steward's rule and the hub's own name no
    // class.
    if (audience == "state-agency" || audience == "data-steward" || audience == "system") continue;
    std::string all;
    for (const auto& purpose : purpose_words()) {
      District district;
      all += district.read_by(audience, purpose).send({"everything"}).body(known_to_all());
    }
    EXPECT_TRUE(all.empty() || all.find("Willa") != all.npos) << audience;
  }
}

TEST(Packs, EachAudienceOfAnOfficeGetsSomethingForItsPurpose) {
  const std::vector<std::pair<std::string, std::string>> offices{
      {"teacher", "instruction"},
      {"counselor", "student-support"},
      {"coordinator", "student-support"},
      {"principal", "student-support"},
      {"nurse", "health-care"},
      {"sped-staff", "special-education-service"},
      {"homeless-liaison", "homeless-service"},
      {"foster-contact", "foster-stability"},
      {"meal-staff", "meal-administration"}};
  for (const auto& [audience, purpose] : offices) {
    District district;
    EXPECT_THAT(district.read_by(audience, purpose).send({"everything"}).body(known_to_all()),
                HasSubstr("Willa"))
        << audience;
  }
}

TEST(Packs, NothingOfTheStrictestClassesEverGoes) {
  for (const auto& audience : audience_words())
    for (const auto& purpose : purpose_words()) {
      District district;
      auto body = district.read_by(audience, purpose)
                      .send({"everything"})
                      .body(known_to_all().has("protectedAddress", {{"start", "2026-01-01"}}));
      for (auto never : {"religion", "protectedAddress", "12 Sample St", "notes"})
        EXPECT_THAT(body, Not(HasSubstr(never))) << audience << " for " << purpose;
    }
}

TEST(Packs, KnowTheFieldsAndClassesOfTheShippedModel) {
  std::filesystem::path top(HOMEROOM_SOURCE_DIR);
  auto model = settings::load_model(top / "configs/model.yaml", {});
  settings::Workspace workspace;
  workspace.policy = {District::pack("federal"), District::pack("ohio"),
                      top / "configs/examples/lakeview/policy/record.yaml"};
  std::vector<record::Finding> advice;
  EXPECT_NO_THROW(Governor::compile(workspace, model, today, advice));
}

TEST(Packs, HaveEveryRuleOfTheTableOnce) {
  std::set<std::string> ids;
  for (auto pack : {"federal", "ohio"})
    for (const auto& rule : settings::load(District::pack(pack)).require("rules").items())
      EXPECT_TRUE(ids.insert(rule.require("id").text()).second);
  EXPECT_EQ(ids.size(), 65u);  // 66 with rule 62, the default, which needs no words
}

TEST(Lakeview, KeepsItsRecordUntilTheRuleEnds) {
  District district;
  district.read_by("system", "operations")
      .send({"everything"})
      .also(std::filesystem::path(HOMEROOM_SOURCE_DIR) /
            "configs/examples/lakeview/policy/record.yaml");
  auto share = district.share(whole_child());
  for (auto shared : {"Willa", "reduced", "sld", "MMR", "J45", "shelter"})
    EXPECT_THAT(share.body, HasSubstr(shared));
  for (auto withheld : {"ZZ0000001", "religion", "notes"})
    EXPECT_THAT(share.body, Not(HasSubstr(withheld)));
  EXPECT_EQ(share.changes_on, day("2027-01-01"));
  EXPECT_EQ(district.on("2027-01-01").share(whole_child()).outcome, Outcome::withheld);
}

}  // namespace
}  // namespace homeroom::govern::testing
