// A program killed before any call that changes a file, or tells a peer, leaves nothing half done.
#include "tests/faults/calls.hpp"
#include "tests/faults/disturbed_night.hpp"

namespace homeroom::flows {
namespace {

class Kill : public DisturbedNight {
 protected:
  Harms kills = [this](const Deed& deed) {
    begin_as(deed.start);
    std::vector<Disturbance> all;
    for (const auto& call : calls_of(line(deed), district_.folder()))
      if (call.is_change)
        all.push_back({"killed before " + call.says(),
                       [call](const std::string& line) { return is_killed_at(call, line); }});
    return all;
  };

  /// Puts "lost" away: two days are over, and the tool knows nothing of either any more.
  void make_a_loss() {
    make_first_night();
    begin_as("first");
    ASSERT_TRUE(night("day2-full"));
    whole_ = tool_.books();
    ASSERT_GE(whole_.students.size(), students);
    tool_.open({});
    put_away("lost");
  }
  nlohmann::json ask(const std::string& verb) const { return district_.ask(store, verb); }
  static constexpr const char* replay = "replay --to plans_tool --since 2020-01-01 --why drill";
  /// Entries of the audit log, and what the tool is owed.
  std::pair<uint64_t, uint64_t> asked_for() const {
    uint64_t owed = 0;
    auto status = ask("status");
    for (const auto& one : status["destinations"])
      owed += one["pending"].get<uint64_t>() + one["removals_pending"].get<uint64_t>();
    return {ask("audit verify")["chains"][1]["entries"], owed};
  }

  ToolBooks whole_;  ///< of the tool before its loss
};

TEST_F(Kill, BeforeAnyCallThatMakesTheKeys) {
  expect_mended({"nothing", "day1", "keys init"}, kills, 40, 8);
}

TEST_F(Kill, BeforeAnyCallOfAFirstLoad) {
  expect_mended({"keys", "day1"}, kills, 200, 20);
}

TEST_F(Kill, BeforeAnyCallOfTheSecondDay) {
  expect_mended({"first", "day2-full"}, kills, 100, 20);
}

TEST_F(Kill, BeforeAnyCallOfANightThatTellsAToolAgainWhatItLost) {
  make_a_loss();
  begin_as("lost");
  auto told = ask(replay);
  ASSERT_GT(told["shares"].get<int>() + told["removals"].get<int>(), static_cast<int>(students) - 1)
      << told;
  put_away("asked");
  EXPECT_EQ(undisturbed({"asked", "day2-full"}).tool.students, whole_.students);
  expect_mended({"asked", "day2-full"}, kills, 60, 12);
}

TEST_F(Kill, BeforeAnyCallOfANightThatHearsASourceAgain) {
  make_first_night();
  begin_as("first");
  EXPECT_FALSE(ask("replay --from sis --since 2020-01-01 --why drill").is_null());
  put_away("asked");
  expect_mended({"asked", "day2-full"}, kills, 100, 8);
}

TEST_F(Kill, BeforeAnyCallOfAReplayItIsAskedForAsAWholeOrNotAtAll) {
  make_a_loss();
  begin_as("lost");
  auto nothing = asked_for();
  auto told = ask(replay);
  auto all = asked_for();
  EXPECT_EQ(all.first, nothing.first + 1);
  EXPECT_EQ(all.second, told["shares"].get<uint64_t>() + told["removals"].get<uint64_t>());
  Deed deed{"lost", "day2-full", replay};
  auto places = kills(deed);
  ASSERT_GE(places.size(), 10u);
  for (std::size_t n = 0; n < places.size(); n += is_long() ? 1 : 3) {
    const auto& place = places[n];
    begin_as("lost");
    EXPECT_TRUE(place.strike(line(deed))) << place.says;
    auto is = asked_for();
    EXPECT_TRUE(is == nothing || is == all) << place.says;
    ask(replay);
    ASSERT_TRUE(night("day2-full"));
    EXPECT_EQ(tool_.books().students, whole_.students) << place.says;
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace homeroom::flows
