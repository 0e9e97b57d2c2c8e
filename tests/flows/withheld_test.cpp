// A source that is not heard is believed for as long as `when_missing` says; then nothing of what
// it said is in a profile until it is heard again.
#include <gmock/gmock.h>

#include "tests/flows/pretend.hpp"

namespace homeroom::flows {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Withheld : public ::testing::Test {
 protected:
  Withheld() {
    pretend_.students({"9001,Anna,Testwood,2014-11-03"});
    pretend_.referrals({"R1,Anna,Testwood,2014-11-03"});
    EXPECT_EQ(night("2026-01-13").exit_code, 0);
  }
  cli::Said night(const std::string& day,
                  std::vector<std::string> verb = {"run", "nightly"}) const {
    verb.insert(verb.begin(), {"--set", "run_date=" + day});
    return pretend_.say(verb);
  }
  void lose(const std::string& file) const { std::filesystem::remove(pretend_.at("data/" + file)); }
  std::size_t records() const { return pretend_.records()["9001"].size(); }

  Pretend pretend_;
};

TEST_F(Withheld, WhatASourceSaidStandsAsLongAsItIsKept) {
  lose("referrals.csv");
  EXPECT_EQ(night("2026-01-20").exit_code, 3);
  EXPECT_EQ(records(), 1u);

  auto said = night("2026-01-21");
  EXPECT_EQ(said.exit_code, 3);
  EXPECT_THAT(said.out,
              HasSubstr("agency was heard last on 2026-01-13, and kept for 7 days at most "
                        "(when_missing): what it said is withheld"));
  EXPECT_EQ(records(), 0u);
  EXPECT_THAT(pretend_.record(), Not(HasSubstr("Food pantry")));
  EXPECT_THAT(pretend_.record(), HasSubstr("Testwood"));
}

TEST_F(Withheld, ExplainSpeaksOfTheProfileAsItStands) {
  // The agency knows a day of birth, which the school does not.
  pretend_.students({"9001,Anna,Testwood,2014-11-03", "9002,Ottilie,Sampleton,"});
  pretend_.referrals({"R1,Anna,Testwood,2014-11-03", "R2,Ottilie,Sampleton,2015-02-20"});
  night("2026-01-14");
  EXPECT_EQ(
      pretend_.say({"review", "decide", "agency:R2", "district:9002", "same", "--why", "asked"})
          .exit_code,
      0);
  night("2026-01-14");
  auto source_of_birth_date = [&] {
    auto fields = pretend_.ask({"explain", "district:9002", "birthDate"})["fields"];
    return fields.empty() ? "" : fields[0]["says"]["source"].get<std::string>();
  };
  EXPECT_EQ(source_of_birth_date(), "agency");
  lose("referrals.csv");
  night("2026-02-01");
  EXPECT_EQ(source_of_birth_date(), "");
}

TEST_F(Withheld, NothingIsDoneTwiceAndAllComesBackWithTheSource) {
  lose("referrals.csv");
  night("2026-02-01");
  auto before = pretend_.record();
  auto again = night("2026-02-02").out;
  EXPECT_THAT(again, HasSubstr("0 changed + 1 unchanged"));
  EXPECT_THAT(again, HasSubstr("withheld until it is heard again")) << "it says so each night";
  EXPECT_EQ(pretend_.record(), before);

  pretend_.referrals({"R1,Anna,Testwood,2014-11-03"});
  EXPECT_EQ(night("2026-02-03").exit_code, 0);
  EXPECT_EQ(records(), 1u);
}

TEST_F(Withheld, ANightOfOtherSourcesCountsTheDaysToo) {
  EXPECT_EQ(night("2026-01-20", {"run", "nightly", "--source", "sis"}).exit_code, 0);
  EXPECT_EQ(records(), 1u);
  auto said = night("2026-02-01", {"run", "nightly", "--source", "sis"});
  EXPECT_EQ(said.exit_code, 0) << "it had not to hear the agency";
  EXPECT_THAT(said.out, HasSubstr("withheld until it is heard again"));
  EXPECT_EQ(records(), 0u);
}

TEST_F(Withheld, WithoutARosterForTooLongNoNightIsPublished) {
  pretend_.change_workspace("when_missing: stop", "when_missing: keep 2 days");
  lose("students.csv");
  EXPECT_EQ(night("2026-01-15").exit_code, 3);
  auto before = pretend_.record();
  auto said = night("2026-01-16");
  EXPECT_EQ(said.exit_code, 1);
  EXPECT_THAT(said.out + said.err, HasSubstr("it was heard last on 2026-01-13"));
  EXPECT_EQ(pretend_.record(), before);
}

TEST_F(Withheld, ADryRunSaysItAndWithholdsNothing) {
  lose("referrals.csv");
  auto said = night("2026-02-01", {"run", "nightly", "--dry-run"});
  EXPECT_THAT(said.out, HasSubstr("withheld until it is heard again"));
  EXPECT_EQ(records(), 1u);
}

}  // namespace
}  // namespace homeroom::flows
