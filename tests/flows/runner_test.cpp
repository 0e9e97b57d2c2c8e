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

TEST(RunnerNight, ASourceWhosePluginCrashesIsNotHeardAndTheOthersAre) {
  Pretend pretend;
  pretend.students({"1,Testa,Example,2015-05-05"});
  pretend.referrals({});
  std::filesystem::copy(VILLAINS, pretend.at("workspace/plugins"));
  auto text = cli::whole(pretend.at("workspace/homeroom.yaml"));
  std::string_view before = "  agency:\n", after = "    mapping: mappings/agency.yaml";
  auto from = text.find(before) + before.size();
  text.replace(from, text.find(after) - from,
               "    plugin: villain\n    deed: crashes when opened\n");
  std::ofstream(pretend.at("workspace/homeroom.yaml")) << text << "\nplugins: {unsigned: allow}\n";
  auto night = pretend.say(the_night).json();
  EXPECT_THAT(night.dump(), HasSubstr("plugin villain: its process ended with signal 11"));
  EXPECT_THAT(pretend.record(), HasSubstr("Testa"));
}

}  // namespace
}  // namespace homeroom::flows
