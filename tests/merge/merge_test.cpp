#include "hub/merge/merge.hpp"

#include <functional>

#include <gmock/gmock.h>

#include "homeroom/error.hpp"
#include "tests/merge/child.hpp"

namespace homeroom::merge::testing {
namespace {

enum : uint32_t { sis, clinic, shelter, office, correction };

using Lists = std::map<std::string, std::vector<std::string>>;

/// What sources say of one child, merged and written.
class Night {
 public:
  explicit Night(std::map<std::string, std::vector<std::string>> trust = {{"default",
                                                                           {"sis", "clinic"}}},
                 Findings findings = Findings::lower)
      : merger_(model_, {"sis", "clinic", "shelter", "office"}, std::move(trust), findings),
        writer_(model_) {}

  Night& says(uint32_t source, const Values& student, int32_t heard = 100) {
    return says_row(source, "student", "S1", student, heard);
  }
  Night& says_row(uint32_t source, const std::string& entity, const std::string& key,
                  const Values& values, int32_t heard = 100) {
    texts_.push_back(std::make_unique<std::string>(row(model_, entity, key, values)));
    said_.push_back({source, *texts_.back(), heard});
    return *this;
  }
  /// The row said last has findings.
  Night& with_finding(const Values& rules) {
    record::RowView last(*texts_.back());
    *texts_.back() +=
        doubts(model_, model_.entities[last.entity()].name, std::string(last.key()), rules);
    said_.back().rows = *texts_.back();
    return *this;
  }
  std::string rows() const { return merged(said_); }
  std::string rows_backwards() const {
    std::vector<Contribution> turned(said_.rbegin(), said_.rend());
    return merged(turned);
  }
  std::string json() const {
    std::string out;
    writer_.write(out, "p-1", rows(), nullptr);
    return out;
  }
  std::vector<std::string> keys() const {
    std::vector<std::string> keys;
    auto all = rows();
    record::each_row(all, [&](const record::RowView& view) {
      std::string key(view.key());
      for (auto& letter : key)
        if (letter == record::source_end) letter = '|';
      keys.push_back(model_.entities[view.entity()].name + " " + key);
    });
    return keys;
  }
  std::vector<Choice> choices() const { return merger_.explain(said_); }

 private:
  std::string merged(const std::vector<Contribution>& said) const {
    std::string rows;
    merger_.merge(said, rows);
    return rows;
  }

  record::Model model_ = model();
  mutable Merger merger_;
  record::ProfileWriter writer_;
  std::vector<std::unique_ptr<std::string>> texts_;
  std::vector<Contribution> said_;
};

using ::testing::ElementsAre;

TEST(Survivor, TheMoreTrustedSourceIsBelieved) {
  Night night;
  night.says(clinic, {{"birthDate", "2014-03-11"}}).says(sis, {{"birthDate", "2014-11-03"}});
  EXPECT_EQ(night.json(), R"({"id":"p-1","birthDate":"2014-11-03"})");
}

TEST(Survivor, WhatTheTrustedSourceDoesNotSayComesFromTheNext) {
  Night night;
  night.says(sis, {{"name.first", "Ona"}}).says(clinic, {{"name.first", "Una"}, {"sex", "F"}});
  EXPECT_EQ(night.json(), R"({"id":"p-1","name":{"first":"Ona"},"sex":"F"})");
}

TEST(Survivor, AListForAFieldStandsAboveTheOneForAllFields) {
  Night night({{"default", {"sis", "clinic"}}, {"sex", {"clinic"}}});
  night.says(sis, {{"sex", "M"}, {"name.first", "Ona"}})
      .says(clinic, {{"sex", "F"}, {"name.first", "Una"}});
  EXPECT_EQ(night.json(), R"({"id":"p-1","name":{"first":"Ona"},"sex":"F"})");
}

TEST(Survivor, AListForAnObjectCoversItsFields) {
  Night night({{"default", {"sis"}}, {"addresses", {"shelter"}}});
  night.says(sis, {{"addresses.home.city", "Maple Hollow"}})
      .says(shelter, {{"addresses.home.city", "Brindle Creek"}});
  EXPECT_THAT(night.json(), ::testing::HasSubstr("Brindle Creek"));
}

TEST(Survivor, AmongSourcesTrustedAlikeTheOneHeardLastStands) {
  Night night;
  night.says(office, {{"name.first", "Ona"}}, 99).says(shelter, {{"name.first", "Una"}}, 98);
  EXPECT_THAT(night.json(), ::testing::HasSubstr("Ona"));
}

TEST(Survivor, HeardOnTheSameDayTheValueThatMostSayStands) {
  Night night(Lists{});
  night.says(sis, {{"name.first", "Una"}})
      .says(shelter, {{"name.first", "Ona"}})
      .says(office, {{"name.first", "Ona"}});
  EXPECT_THAT(night.json(), ::testing::HasSubstr("Ona"));
}

TEST(Survivor, UnknownLosesToAnyKnownValue) {
  Night night;
  night.says(sis, {{"meals.eligibility", "unknown"}})
      .says(shelter, {{"meals.eligibility", "free"}}, 1);
  EXPECT_THAT(night.json(), ::testing::HasSubstr("free"));
}

TEST(Survivor, UnknownIsJustAWordWhereNoOptionSetKnowsIt) {
  Night night;
  night.says(sis, {{"name.last", "unknown"}}).says(clinic, {{"name.last", "Mockridge"}});
  EXPECT_THAT(night.json(), ::testing::HasSubstr("unknown"));
}

TEST(Survivor, AnEmptyListAndFalseAreStatements) {
  Night night;
  night.says(sis, {{"races", "[]"}, {"section504", "false"}})
      .says(clinic, {{"races", "[\"ASIAN\"]"}, {"section504", "true"}});
  EXPECT_EQ(night.json(), R"({"id":"p-1","races":[],"section504":false})");
}

TEST(Survivor, AClearedFieldIsEmptyIfItsSourceIsBelieved) {
  Night night;
  night.says(sis, {{"phones.home", "null"}}).says(clinic, {{"phones.home", "+16145550142"}});
  EXPECT_EQ(night.json(), R"({"id":"p-1"})");
}

TEST(Survivor, AProtectionStandsWhoeverIsTrustedMore) {
  Night night;
  night.says(sis, {{"protectedAddress", "false"}}).says(shelter, {{"protectedAddress", "true"}}, 1);
  EXPECT_EQ(night.json(), R"({"id":"p-1","protectedAddress":true})");
}

TEST(Validity, AValueWithAFindingStandsBehindOneWithout) {
  Night night;
  night.says(sis, {{"birthDate", "2014-11-03"}}).with_finding({{"birthDate", "date-range"}});
  night.says(clinic, {{"birthDate", "2014-11-04"}});
  EXPECT_EQ(night.json(), R"({"id":"p-1","birthDate":"2014-11-04"})");
}

TEST(Validity, IsOfOneFieldOnly) {
  Night night;
  night.says(sis, {{"birthDate", "2014-11-03"}, {"name.first", "Ona"}})
      .with_finding({{"birthDate", "date-range"}});
  night.says(clinic, {{"birthDate", "2014-11-04"}, {"name.first", "Una"}});
  EXPECT_EQ(night.json(), R"({"id":"p-1","name":{"first":"Ona"},"birthDate":"2014-11-04"})");
}

TEST(Validity, AValueWithAFindingStandsWhereNobodySaysAnother) {
  Night night;
  night.says(sis, {{"birthDate", "2014-11-03"}}).with_finding({{"birthDate", "date-range"}});
  night.says(clinic, {{"sex", "F"}});
  EXPECT_EQ(night.json(), R"({"id":"p-1","birthDate":"2014-11-03","sex":"F"})");
}

TEST(Validity, OfTwoValuesWithFindingsTheMoreTrustedStands) {
  Night night;
  night.says(clinic, {{"sex", "M"}}).with_finding({{"sex", "option"}});
  night.says(sis, {{"sex", "F"}}).with_finding({{"sex", "option"}});
  EXPECT_EQ(night.json(), R"({"id":"p-1","sex":"F"})");
}

TEST(Validity, AFindingCountsNothingWhereAnotherSourceSaysTheSame) {
  Night night;
  night.says(sis, {{"birthDate", "2014-11-03"}}).with_finding({{"birthDate", "date-range"}});
  night.says(clinic, {{"birthDate", "2014-11-03"}}).says(shelter, {{"birthDate", "2014-03-11"}});
  EXPECT_EQ(night.json(), R"({"id":"p-1","birthDate":"2014-11-03"})");
  EXPECT_THAT(night.keys(), ElementsAre("student sis"));
}

/// What was not readable tonight is what the source said before; it is no worse than its source.
TEST(Validity, AnOldValueYieldsToSourcesThatAreTrustedAlikeOnly) {
  Night trusted;
  trusted.says(sis, {{"birthDate", "2014-11-03"}}).with_finding({{"birthDate", "unreadable"}});
  trusted.says(clinic, {{"birthDate", "2014-11-04"}});
  EXPECT_EQ(trusted.json(), R"({"id":"p-1","birthDate":"2014-11-03"})");
  Night alike;
  alike.says(shelter, {{"birthDate", "2014-11-03"}}, 9).with_finding({{"birthDate", "unreadable"}});
  alike.says(office, {{"birthDate", "2014-11-04"}}, 8);
  EXPECT_EQ(alike.json(), R"({"id":"p-1","birthDate":"2014-11-04"})");
  EXPECT_EQ(alike.choices().at(0).why, "shelter's value has a finding: unreadable");
}

TEST(Validity, AnOldValueStandsLastWhereTheWorkspaceSaysSo) {
  Night night({{"default", {"sis", "clinic"}}}, Findings::last);
  night.says(sis, {{"birthDate", "2014-11-03"}}).with_finding({{"birthDate", "unreadable"}});
  night.says(clinic, {{"birthDate", "2014-11-04"}});
  EXPECT_EQ(night.json(), R"({"id":"p-1","birthDate":"2014-11-04"})");
}

TEST(Validity, CountsNothingWhereTheWorkspaceSaysSo) {
  Night night({{"default", {"sis", "clinic"}}}, Findings::ignored);
  night.says(sis, {{"sex", "F"}}).with_finding({{"sex", "option"}});
  night.says(clinic, {{"sex", "M"}});
  EXPECT_EQ(night.json(), R"({"id":"p-1","sex":"F"})");
}

TEST(Validity, CountsInsideOfAUnitedRowToo) {
  Night night;
  Values shot{{"vaccine", "MMR"}, {"date", "2018-05-02"}, {"lot", "L9"}};
  night.says_row(sis, "immunization", "I1", shot).with_finding({{"lot", "length"}});
  shot.back().second = "L8";
  night.says_row(clinic, "immunization", "77", shot);
  EXPECT_THAT(night.json(), ::testing::HasSubstr(R"("lot":"L8")"));
}

TEST(Validity, AProtectionStandsAlsoWithAFinding) {
  Night night;
  night.says(shelter, {{"protectedAddress", "true"}})
      .with_finding({{"protectedAddress", "unreadable"}});
  night.says(sis, {{"protectedAddress", "false"}});
  EXPECT_EQ(night.json(), R"({"id":"p-1","protectedAddress":true})");
}

TEST(Correction, StandsAboveEverySource) {
  Night night;
  night.says(sis, {{"birthDate", "2014-11-03"}})
      .says(clinic, {{"birthDate", "2014-11-03"}})
      .says(correction, {{"birthDate", "2014-12-03"}});
  EXPECT_EQ(night.json(), R"({"id":"p-1","birthDate":"2014-12-03"})");
  EXPECT_THAT(night.keys(), ElementsAre("student correction"));
}

TEST(Correction, StandsAboveAProtectionToo) {
  Night night;
  night.says(shelter, {{"protectedAddress", "true"}})
      .says(correction, {{"protectedAddress", "false"}});
  EXPECT_EQ(night.json(), R"({"id":"p-1","protectedAddress":false})");
}

TEST(Correction, CanSayThatNobodysValueHolds) {
  Night night;
  night.says(sis, {{"phones.home", "+16145550142"}, {"sex", "F"}})
      .says(correction, {{"phones.home", "null"}});
  EXPECT_EQ(night.json(), R"({"id":"p-1","sex":"F"})");
}

TEST(Correction, NamesTheSourcesThatSayTheSame) {
  Night night;
  night.says(sis, {{"sex", "F"}, {"name.first", "Ona"}})
      .says(shelter, {{"sex", "M"}})
      .says(correction, {{"sex", "M"}});
  EXPECT_THAT(night.keys(), ElementsAre("student correction+shelter", "student sis"));
}

TEST(Correction, UndoneGivesTheBytesBack) {
  Night before;
  before.says(sis, {{"sex", "F"}, {"name.first", "Ona"}}).says(clinic, {{"sex", "M"}});
  Night undone;
  undone.says(sis, {{"sex", "F"}, {"name.first", "Ona"}})
      .says(clinic, {{"sex", "M"}})
      .says_row(correction, "student", "correction", {});
  EXPECT_EQ(undone.rows(), before.rows());
}

TEST(Profile, HasOneStudentRowForEachSourceThatWon) {
  Night night;
  night.says(sis, {{"name.first", "Ona"}})
      .says(clinic, {{"sex", "F"}})
      .says(shelter, {{"sex", "M"}});
  EXPECT_THAT(night.keys(), ElementsAre("student clinic", "student sis"));
}

TEST(Profile, IsTheSameInWhateverOrderTheSourcesCome) {
  Night night;
  night.says(sis, {{"name.first", "Ona"}})
      .says(clinic, {{"sex", "F"}})
      .says_row(clinic, "note", "2", {{"text", "b"}})
      .says_row(sis, "note", "1", {{"text", "a"}})
      .says_row(sis, "enrollment", "E1", {{"school", "O7"}, {"entryDate", "2022-08-19"}})
      .says_row(shelter, "enrollment", "X", {{"school", "O7"}, {"entryDate", "2022-08-19"}});
  EXPECT_EQ(night.rows(), night.rows_backwards());
}

TEST(OtherRows, AreUnitedOverTheSources) {
  Night night;
  night.says_row(clinic, "note", "1", {{"text", "c"}}).says_row(sis, "note", "1", {{"text", "s"}});
  EXPECT_THAT(night.keys(), ElementsAre("note clinic|1", "note sis|1"));
}

TEST(OtherRows, OfSeveralSourcesAreOneFactWhenTheyAgreeInItsKey) {
  Night night;
  Values shot{{"vaccine", "MMR"}, {"date", "2018-05-02"}};
  night.says_row(sis, "immunization", "I1", shot)
      .says_row(clinic, "immunization", "77",
                {{"vaccine", "MMR"}, {"date", "2018-05-02"}, {"lot", "L9"}});
  EXPECT_EQ(night.json(),
            R"({"id":"p-1","immunizations":[{"vaccine":"MMR","date":"2018-05-02","lot":"L9"}]})");
  EXPECT_THAT(night.keys(), ElementsAre("immunization sis+clinic|I1"));
}

TEST(OtherRows, NameOnlySourcesWhoseValuesStand) {
  Night night;
  Values shot{{"vaccine", "MMR"}, {"date", "2018-05-02"}};
  night.says_row(sis, "immunization", "I1", shot).says_row(clinic, "immunization", "77", shot);
  EXPECT_THAT(night.keys(), ElementsAre("immunization sis|I1"));
}

TEST(OtherRows, OfOneSourceAreNeverOneFact) {
  Night night;
  Values shot{{"vaccine", "MMR"}, {"date", "2018-05-02"}};
  night.says_row(sis, "immunization", "I1", shot)
      .says_row(sis, "immunization", "I2", shot)
      .says_row(clinic, "immunization", "9", shot);
  EXPECT_THAT(night.keys(), ElementsAre("immunization sis|I1", "immunization sis|I2"));
}

TEST(OtherRows, WithoutTheirWholeKeyStandAlone) {
  Night night;
  night.says_row(sis, "immunization", "I1", {{"vaccine", "MMR"}})
      .says_row(clinic, "immunization", "9", {{"vaccine", "MMR"}});
  EXPECT_THAT(night.keys(), ElementsAre("immunization clinic|9", "immunization sis|I1"));
}

TEST(OtherRows, BroughtTwiceByOneSourceStandOnceAsHeardLast) {
  Night night;
  night.says_row(sis, "note", "1", {{"text", "old"}}, 10)
      .says_row(sis, "note", "1", {{"text", "new"}}, 11);
  EXPECT_EQ(night.json(), R"({"id":"p-1","notes":[{"text":"new"}]})");
}

TEST(OtherRows, StandInTheOrderOfTheirFactsThenOfTheirKeys) {
  Night night;
  night.says_row(sis, "enrollment", "E2", {{"school", "O7"}, {"entryDate", "2023-08-21"}})
      .says_row(sis, "enrollment", "E3", {{"school", "O2"}, {"entryDate", "2024-08-21"}})
      .says_row(sis, "enrollment", "E1", {{"school", "O7"}, {"entryDate", "2022-08-19"}});
  EXPECT_THAT(night.keys(),
              ElementsAre("enrollment sis|E3", "enrollment sis|E1", "enrollment sis|E2"));
}

TEST(Explain, SaysWhyAValueStandsAndHowTheOthersDiffer) {
  Night night;
  night.says(sis, {{"birthDate", "2014-11-03"}})
      .says(clinic, {{"birthDate", "2014-11-03"}})
      .says(shelter, {{"birthDate", "2014-03-11"}});
  auto choices = night.choices();
  ASSERT_EQ(choices.size(), 1u);
  EXPECT_EQ(choices[0].source, sis);
  EXPECT_EQ(choices[0].why, "sis stands before clinic in trust.default");
  ASSERT_EQ(choices[0].others.size(), 2u);
  EXPECT_EQ(choices[0].others[0].relation, "the same");
  EXPECT_EQ(choices[0].others[1].relation, "differs: day and month swapped");
}

/// Each rule of survivorship as one line: what is said of `sex` and what is then explained.
struct Rule {
  const char* name;
  std::function<void(Night&)> says;
  uint32_t winner;
  const char* why;
};

class Rules : public ::testing::TestWithParam<Rule> {};

TEST_P(Rules, IsExplainedAsItDecides) {
  Night night;
  GetParam().says(night);
  auto choice = night.choices().at(0);
  EXPECT_EQ(choice.source, GetParam().winner);
  EXPECT_EQ(choice.why, GetParam().why);
}

INSTANTIATE_TEST_SUITE_P(
    Each, Rules,
    ::testing::Values(Rule{"trust",
                           [](Night& n) {
                             n.says(clinic, {{"sex", "M"}}).says(sis, {{"sex", "F"}});
                           },
                           sis, "sis stands before clinic in trust.default"},
                      Rule{"validity",
                           [](Night& n) {
                             n.says(clinic, {{"sex", "M"}});
                             n.says(sis, {{"sex", "F"}}).with_finding({{"sex", "option"}});
                           },
                           clinic, "sis's value has a finding: option"},
                      Rule{"correction",
                           [](Night& n) {
                             n.says(sis, {{"sex", "F"}}).says(correction, {{"sex", "M"}});
                           },
                           correction, "a person corrected it"},
                      Rule{"recency",
                           [](Night& n) {
                             n.says(shelter, {{"sex", "M"}}, 9).says(office, {{"sex", "F"}}, 10);
                           },
                           office, "office was heard last"},
                      Rule{"order",
                           [](Night& n) {
                             n.says(shelter, {{"meals.eligibility", "free"}, {"sex", "F"}});
                             n.says(office, {{"sex", "M"}});
                           },
                           shelter, "shelter stands first among the sources"}),
    [](const auto& each) { return std::string(each.param.name); });

TEST(Explain, SaysWhenOnlyOneSourceSpeaks) {
  Night night;
  night.says(shelter, {{"sex", "F"}});
  EXPECT_EQ(night.choices().at(0).why, "only shelter says it");
}

TEST(Explain, NeverTellsAValue) {
  Night night;
  night.says(sis, {{"name.first", "Willa"}}).says(clinic, {{"name.first", "Wilma"}});
  auto choice = night.choices().at(0);
  EXPECT_EQ(choice.others.at(0).relation, "differs: one character");
  EXPECT_THAT(choice.why, ::testing::Not(::testing::HasSubstr("Wil")));
}

TEST(Trust, OfAFieldOrSourceThatIsNotThereIsRefused) {
  EXPECT_THROW(Night(Lists{{"birthdate", {"sis"}}}), Error);
  EXPECT_THROW(Night(Lists{{"default", {"siss"}}}), Error);
}

}  // namespace
}  // namespace homeroom::merge::testing
