// What a job says of itself.
#include <gmock/gmock.h>

#include "tests/flows/pretend.hpp"

namespace homeroom::flows {
namespace {

TEST(Job, ThatSaysFullReadsEverythingWhateverTheMode) {
  Pretend pretend;
  std::ofstream(pretend.at("workspace/homeroom.yaml"), std::ios::app)
      << "  weekly: {sources: all, destinations: all, full: true}\n";
  pretend.students({"9001,Anna,Testwood,2014-11-03", "9002,Otto,Sampleton,2015-02-20"});
  pretend.referrals({});
  pretend.night();
  pretend.students({"9001,Anna,Testwood,2014-11-03"});
  auto run = [&](const char* job) {
    return pretend.ask({"--set", "mode=delta", "run", job})["profiles"]["removed"];
  };
  EXPECT_EQ(run("nightly"), 0);
  EXPECT_EQ(run("weekly"), 1);
}

}  // namespace
}  // namespace homeroom::flows
