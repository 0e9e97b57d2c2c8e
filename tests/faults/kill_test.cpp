// A program killed before any call that changes a file, or tells a peer, leaves nothing half done.
#include "tests/faults/calls.hpp"
#include "tests/faults/disturbed_night.hpp"

namespace homeroom::flows {
namespace {

class Kill : public DisturbedNight {
 protected:
  std::vector<Disturbance> kills(const Deed& deed) {
    begin_as(deed.start);
    std::vector<Disturbance> all;
    for (const auto& call : calls_of(line(deed), district_.folder()))
      if (call.is_change)
        all.push_back({"killed before " + call.says(),
                       [call](const std::string& line) { return is_killed_at(call, line); }});
    return all;
  }
};

TEST_F(Kill, BeforeAnyCallThatMakesTheKeys) {
  Deed deed{"nothing", "day1", "keys init"};
  auto all = kills(deed);
  ASSERT_GE(all.size(), 40u);
  disturb_everywhere(deed, all, 8, nullptr);
  tell();
}

TEST_F(Kill, BeforeAnyCallOfAFirstLoad) {
  make_keys();
  Deed deed{"keys", "day1"};
  auto calm = undisturbed(deed);
  auto all = kills(deed);
  ASSERT_GE(all.size(), 200u);
  disturb_everywhere(deed, all, 20, &calm);
  tell();
}

TEST_F(Kill, BeforeAnyCallOfTheSecondDay) {
  make_first_night();
  Deed deed{"first", "day2-full"};
  auto calm = undisturbed(deed);
  auto all = kills(deed);
  ASSERT_GE(all.size(), 100u);
  disturb_everywhere(deed, all, 20, &calm);
  tell();
}

}  // namespace
}  // namespace homeroom::flows
