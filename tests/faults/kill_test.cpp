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

}  // namespace
}  // namespace homeroom::flows
