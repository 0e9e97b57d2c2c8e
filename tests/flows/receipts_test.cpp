// A receipt that could not be kept: the report tells what is known to be delivered and what is not,
// and the share goes out again under its key.
#include <gmock/gmock.h>

#include "hub/sqlite/sqlite.hpp"
#include "tests/flows/picky_tool.hpp"

namespace homeroom::flows {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

nlohmann::json of_planner(const nlohmann::json& report) {
  for (const auto& delivery : report["deliveries"])
    if (delivery["destination"] == "planner") return delivery;
  return {};
}

TEST(Receipts, ThatCannotBeKeptLeaveTheirSharesOwedAndThoseKeptBeforeCount) {
  Pretend pretend;
  PickyTool tool(pretend);
  pretend.students({"9001,Anna,Testwood,2014-11-03"});
  pretend.referrals({});
  EXPECT_EQ(of_planner(pretend.night())["delivered"], 1);

  // Otto's second try is taken while somebody holds the store.
  pretend.students({"9001,Anna,Testfield,2014-11-03", "9002,Otto,Sampleton,2015-02-20"});
  std::optional<sqlite::Database> other;
  int tries = 0;
  tool.say_first([&](const nlohmann::json& told) {
    if (told["data"]["identifiers"]["district"] != "9002") return std::string();
    if (++tries == 1) return webhook::answer(500);
    if (tries == 2) {
      other.emplace(pretend.at("hub.db"), sqlite::Access::write);
      other->run("BEGIN IMMEDIATE");
    }
    return std::string();
  });
  auto said = pretend.say({"--output", "json", "run", "nightly"});
  other.reset();
  EXPECT_EQ(said.exit_code, 3) << said.err << said.out;
  auto delivery = of_planner(said.json());
  EXPECT_EQ(delivery["delivered"], 1) << "Anna's receipt was kept";
  EXPECT_EQ(delivery["pending"], 1);
  EXPECT_THAT(said.json()["trouble"].dump(), HasSubstr("planner: "));

  EXPECT_EQ(of_planner(pretend.night())["delivered"], 1);
  auto taken = tool.taken();
  ASSERT_THAT(taken, SizeIs(2));
  for (const auto& [id, sequences] : taken)
    EXPECT_THAT(sequences, testing::AnyOf(ElementsAre(1, 2), ElementsAre(1, 1))) << id;
}

}  // namespace
}  // namespace homeroom::flows
