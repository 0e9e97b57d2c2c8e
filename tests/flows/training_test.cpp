// Models learned again: what that would change is told before it is done, by a person or by a run
// above the stated drift.
#include <gmock/gmock.h>

#include "tests/flows/pretend.hpp"

namespace homeroom::flows {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

/// A district of two students and their referrals; then four hundred children of whom most bear the
/// name of the one, which is no longer rare.
class Training : public ::testing::Test {
 protected:
  void SetUp() override {
    pretend_.students(few_);
    std::vector<std::string> referrals{"R1,Anna,Testwood,2014-11-03"};
    for (int record = 2; record < 10; ++record)
      referrals.push_back("R" + std::to_string(record) + ",Otto,Sampleton,2015-02-20");
    pretend_.referrals(referrals);
    pretend_.night();
  }
  nlohmann::json grow(const std::vector<std::string>& more = {}) const {
    auto all = few_;
    for (int child = 0; child < 400; ++child)
      all.push_back(std::to_string(9100 + child) + (child % 5 ? ",Anna" : ",Maximiliane") +
                    (child % 3 ? ",Testwood," : ",Mockery,") + "20" +
                    std::to_string(10 + child % 5) + "-0" + std::to_string(1 + child % 9) + "-" +
                    std::to_string(10 + child % 18));
    pretend_.students(all);
    std::vector<std::string> verb{"run",   "nightly",      "--approve", "students_new",
                                  "--why", "a new school", "--source",  "sis"};
    verb.insert(verb.end(), more.begin(), more.end());
    return pretend_.ask(verb);
  }
  /// The shipped identity file with these lines, as the workspace's own.
  void use(const std::string& lines) const {
    auto shipped = std::filesystem::path(HOMEROOM_SOURCE_DIR) / "configs/identity/default.yaml";
    auto text = cli::whole(shipped);
    for (const char* setting : {"\ndrift:", "\nmost_crossing:"})
      if (auto at = text.find(setting); at != std::string::npos)
        text.erase(at, text.find('\n', at + 1) - at);
    std::ofstream(pretend_.at("workspace/identity.yaml")) << text << lines;
    std::ofstream(pretend_.at("workspace/homeroom.yaml"), std::ios::app)
        << "\nidentity: identity.yaml\n";
  }
  nlohmann::json look() const { return pretend_.ask({"link", "train"}); }
  nlohmann::json apply() const {
    return pretend_.ask({"link", "train", "--apply", "--why", "a new school has opened"});
  }
  std::vector<uint32_t> versions() const {
    std::vector<uint32_t> versions;
    auto status = pretend_.ask({"status"});
    for (const auto& model : status["recognition"]["models"]) versions.push_back(model["version"]);
    return versions;
  }

  std::vector<std::string> few_ = {"9001,Anna,Testwood,2014-11-03",
                                   "9003,Otto,Sampleton,2015-02-20"};
  Pretend pretend_;
};

TEST_F(Training, IsNotNeededWhereNothingChanged) {
  auto told = look();
  EXPECT_EQ(told["crossing"], 0);
  EXPECT_EQ(told["weighed"], 9);
  EXPECT_EQ(told["training"], "looked");
  EXPECT_THAT(versions(), ElementsAre(1, 1));
}

TEST_F(Training, TellsWhichRecordsCrossAThresholdAndChangesNothing) {
  use("drift: 100%\n");
  grow();
  auto before = pretend_.record();
  auto told = look();
  ASSERT_EQ(told["crossing"], 1);
  EXPECT_EQ(told["moves"][0]["source"], "agency");
  EXPECT_EQ(told["moves"][0]["from"], "strong");
  EXPECT_EQ(told["moves"][0]["to"], "review");
  EXPECT_EQ(told["moves"][0]["pairs"], 1);
  auto pair = told["pairs"][0];
  EXPECT_EQ(pair["record"], "agency:x9");
  EXPECT_EQ(pair["student"], pretend_.ask({"profile", "sis:9001"})["id"]);
  EXPECT_THAT(told.dump(), Not(HasSubstr("Testw")));
  EXPECT_THAT(versions(), ElementsAre(1, 1));
  pretend_.night();
  EXPECT_EQ(pretend_.record(), before);
}

TEST_F(Training, TellsThePairsByTheirShapes) {
  use("drift: 100%\n");
  grow();
  auto said = pretend_.say({"link", "train"});
  EXPECT_EQ(said.exit_code, 0) << said.err;
  EXPECT_THAT(said.out,
              AllOf(HasSubstr("Crossing a threshold: 1 of 9 records"), HasSubstr("agency:x9"),
                    HasSubstr("Nothing is changed."), Not(HasSubstr("Testw"))));
}

TEST_F(Training, AppliedIsTheNextVersionAndTheNextRunWeighsByIt) {
  use("drift: 100%\n");
  grow();
  auto before = pretend_.records()["9001"];
  auto told = apply();
  EXPECT_EQ(told["training"], "applied");
  EXPECT_THAT(versions(), ElementsAre(2, 2));
  EXPECT_EQ(pretend_.records()["9001"], before);
  auto report = pretend_.night({"sis"});
  EXPECT_EQ(report["persons"]["weighed"], 9);
  EXPECT_NE(pretend_.records()["9001"], before);
  EXPECT_EQ(look()["crossing"], 0);  // it told all of it
  EXPECT_EQ(pretend_.say({"audit", "verify"}).exit_code, 0);
}

TEST_F(Training, LeavesWhatPeopleDecided) {
  use("drift: 100%\n");
  auto decide = [&](const char* record, const char* student, const char* verdict) {
    auto said = pretend_.say({"review", "decide", record, student, verdict, "--why", "asked"});
    ASSERT_EQ(said.exit_code, 0) << said.err;
  };
  decide("agency:R1", "sis:9001", "same");
  decide("agency:R2", "sis:9003", "different");
  grow();
  EXPECT_EQ(look()["crossing"], 0);
  apply();
  pretend_.night();
  EXPECT_THAT(pretend_.records()["9001"], ElementsAre("agency:R1 strong"));
  EXPECT_THAT(pretend_.records()["9003"], Not(Contains(StartsWith("agency:R2 "))));
  EXPECT_EQ(pretend_.records()["9003"].size(), 7);
}

TEST_F(Training, ByARunAboveTheStatedDrift) {
  use("drift: 30%\nmost_crossing: 100%\n");
  auto report = grow();
  EXPECT_EQ(report["recognition"]["training"], "none");  // the night in which they came
  EXPECT_EQ(report["recognition"]["drift"], 1);
  auto would = look();
  report = pretend_.night();
  EXPECT_EQ(report["recognition"]["training"], "applied");
  EXPECT_EQ(report["recognition"]["pairs"], would["pairs"]);
  EXPECT_EQ(report["recognition"]["drift"], 0);
  EXPECT_THAT(versions(), ElementsAre(2, 2));
  EXPECT_EQ(look()["crossing"], 0);
  EXPECT_EQ(pretend_.night()["recognition"]["training"], "none");
}

TEST_F(Training, WaitsForAPersonWhereMuchWouldCross) {
  use("drift: 30%\n");
  grow();
  auto before = pretend_.record();
  auto said = pretend_.say({"run", "nightly"});
  EXPECT_EQ(said.exit_code, 0) << said.err;
  EXPECT_THAT(said.out, AllOf(HasSubstr("Models stay as they were"), HasSubstr("agency:x9"),
                              HasSubstr("homeroom link train")));
  EXPECT_EQ(pretend_.record(), before);
  EXPECT_EQ(pretend_.night()["recognition"]["training"], "due");
  EXPECT_THAT(pretend_.say({"status"}).out, HasSubstr("Models are due to be learned again"));
  apply();
  EXPECT_EQ(pretend_.night()["recognition"]["training"], "none");
  EXPECT_NE(pretend_.record(), before);
}

TEST_F(Training, OfAPlanIsOnlyTold) {
  use("drift: 30%\nmost_crossing: 100%\n");
  grow();
  EXPECT_EQ(pretend_.ask({"plan", "nightly"})["recognition"]["training"], "applied");
  EXPECT_THAT(versions(), ElementsAre(1, 1));
}

TEST_F(Training, IsLeftToTheNextRunWhereTheFileReadsOtherThings) {
  use("drift: 100%\n");
  auto file = pretend_.at("workspace/identity.yaml");
  auto text = cli::whole(file);
  text.replace(text.find("birthDate"), 9, "identifiers.other");
  std::ofstream(file) << text;
  auto said = pretend_.say({"link", "train"});
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_THAT(said.err, HasSubstr("the next run learns again by itself"));
}

TEST_F(Training, WithoutAReasonIsNotApplied) {
  auto said = pretend_.say({"link", "train", "--apply"});
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_THAT(said.err, HasSubstr("--why TEXT is missing"));
}

TEST(TrainingOfNothing, SaysThatNothingIsPublished) {
  Pretend pretend;
  auto said = pretend.say({"link", "train"});
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_THAT(said.err, HasSubstr("nothing is published"));
}

}  // namespace
}  // namespace homeroom::flows
