// Nights with plugins in processes of their own.
#include <gmock/gmock.h>

#include "tests/flows/pretend.hpp"

namespace homeroom::flows {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::vector<std::string> the_night = {"--output", "json", "run", "nightly"};

void add(const Pretend& pretend, const std::string& settings) {
  std::ofstream(pretend.at("workspace/homeroom.yaml"), std::ios::app) << '\n' << settings << '\n';
}

TEST(RunnerNight, GivesWhatANightInsideGives) {
  Pretend pretend;
  pretend.students({"1,Testa,Example,2015-05-05", "2,Newman,Invented,2016-06-06"});
  pretend.referrals({"R1,Testa,Example,2015-05-05"});
  pretend.night();
  auto inside = pretend.record();
  add(pretend, "plugins: {carrier: runner}");
  auto again = pretend.night();
  EXPECT_EQ(again["profiles"]["unchanged"], 2);
  EXPECT_EQ(again["profiles"]["total"], 2);
  EXPECT_EQ(pretend.record(), inside);
  pretend.students({"1,Testa,Example,2015-05-05", "3,Another,Invented,2016-07-07"});
  pretend.night();
  EXPECT_THAT(pretend.record(), HasSubstr("Another"));
  EXPECT_THAT(pretend.record(), Not(HasSubstr("Newman")));
}

/// The agency's records come through a plugin nobody vouches for, which does what it likes.
void let_in_a_stranger(const Pretend& pretend) {
  pretend.students({"1,Testa,Example,2015-05-05"});
  pretend.referrals({});
  std::filesystem::copy(VILLAINS, pretend.at("workspace/plugins"));
  auto text = cli::whole(pretend.at("workspace/homeroom.yaml"));
  std::string_view before = "  agency:\n", after = "    mapping: mappings/agency.yaml";
  auto from = text.find(before) + before.size();
  text.replace(from, text.find(after) - from,
               "    plugin: villain\n    deed: crashes when opened\n");
  std::ofstream(pretend.at("workspace/homeroom.yaml")) << text;
}

TEST(RunnerNight, APluginNobodyVouchesForIsRefusedAndWhatToDoIsSaid) {
  Pretend pretend;
  let_in_a_stranger(pretend);
  auto said = pretend.say(the_night);
  auto told = said.out + said.err;
  EXPECT_THAT(told, HasSubstr("plugin villain is refused: it is not signed: there is no "
                              "villain.sig beside it; have it signed by a key of plugins.trust"));
  EXPECT_THAT(told, Not(HasSubstr("signal 11")));
}

TEST(RunnerNight, APluginNobodyVouchesForShowsInLogStatusAndAudit) {
  Pretend pretend;
  let_in_a_stranger(pretend);
  add(pretend, "plugins: {unsigned: allow}");
  EXPECT_THAT(pretend.say(the_night).err,
              HasSubstr("plugin villain runs although it is not signed"));
  EXPECT_THAT(pretend.ask({"status"})["unsigned_plugins"].dump(),
              HasSubstr("villain 1.0.0: not signed"));
  EXPECT_THAT(pretend.say({"status"}).out, HasSubstr("Unsigned plugin  villain 1.0.0"));
  EXPECT_THAT(pretend.say({"audit", "verify"}).out, HasSubstr("1 audit entries"));
}

TEST(RunnerNight, ANightThatEndsBeforeItPublishesStillTellsTheAudit) {
  Pretend pretend;
  let_in_a_stranger(pretend);
  add(pretend, "plugins: {unsigned: allow}");
  pretend.say(the_night);
  pretend.students({});  // a brake: nobody is left
  EXPECT_NE(pretend.say(the_night).exit_code, 0);
  EXPECT_THAT(pretend.say({"audit", "verify"}).out, HasSubstr("2 audit entries"));
}

TEST(RunnerNight, ASourceWhosePluginCrashesIsNotHeardAndTheOthersAre) {
  Pretend pretend;
  let_in_a_stranger(pretend);
  add(pretend, "plugins: {unsigned: allow}");
  auto night = pretend.say(the_night).json();
  EXPECT_THAT(night.dump(), HasSubstr("plugin villain: its process ended with signal 11"));
  EXPECT_THAT(pretend.record(), HasSubstr("Testa"));
}

}  // namespace
}  // namespace homeroom::flows
