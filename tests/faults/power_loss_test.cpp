// A machine whose power goes before any change to a file: what was not flushed is lost, all of it
// or any part of it (tests/faults/power_loss, loaded before the program, is that disk).
#include <fstream>

#include "tests/faults/disturbed_night.hpp"
#include "tests/faults/process.hpp"

namespace homeroom::flows {
namespace {

class PowerLoss : public DisturbedNight {
 protected:
  void SetUp() override {
    if (!can_preload) GTEST_SKIP() << "nothing is loaded before a program with sanitizers";
  }

  std::string on_such_a_disk(const std::string& more) const {
    return "exec env LD_PRELOAD=" HOMEROOM_BUILD_DIR
           "/tests/faults/power_loss.so POWER_LOSS_FOLDER=" +
           district_.folder().string() + ' ' + more + ' ';
  }

  /// The power goes before each change, and so many different parts of what was unsure survive.
  std::vector<Disturbance> losses(const Deed& deed, int fates) {
    begin_as(deed.start);
    auto log = district_.folder() / "changes.txt";
    fs::remove(log);
    EXPECT_EQ(run_line(on_such_a_disk("POWER_LOSS_LOG=" + log.string()) + line(deed)), 0);
    std::vector<Disturbance> all;
    std::ifstream in(log);
    int number = 0;
    for (std::string what; std::getline(in, what);) {
      ++number;
      for (int fate = 0; fate < fates; ++fate) {
        auto set = "POWER_LOSS_AT=" + std::to_string(number) +
                   " POWER_LOSS_SEED=" + std::to_string(fate == 0 ? 0 : number * 100 + fate);
        all.push_back(
            {"no power before " + what + " (" + set + ")", [this, set](const std::string& line) {
               return run_line(on_such_a_disk(set) + line) == killed;
             }});
      }
    }
    return all;
  }
  Harms two_fates = [this](const Deed& deed) { return losses(deed, 2); };
};

TEST_F(PowerLoss, WhileTheKeysAreMade) {
  expect_mended({"nothing", "day1", "keys init"}, two_fates, 60, 8);
}

TEST_F(PowerLoss, DuringAFirstLoad) {
  expect_mended({"keys", "day1"}, two_fates, 300, 20);
}

TEST_F(PowerLoss, OnTheSecondDay) {
  expect_mended({"first", "day2-full"}, two_fates, 100, 20);
}

/// The store says that the destination has it, so no later night would write it again.
TEST_F(PowerLoss, AtTheEndOfANightLosesNothingThatWasDelivered) {
  make_keys();
  Deed deed{"keys", "day1"};
  auto all = losses(deed, 1);
  ASSERT_FALSE(all.empty());
  begin_as(deed.start);
  ASSERT_TRUE(all.back().strike(line(deed)));
  EXPECT_TRUE(fs::exists(at("place/hub-out/clinic/nurses.ndjson"))) << "it went with its folder";
}

}  // namespace
}  // namespace homeroom::flows
