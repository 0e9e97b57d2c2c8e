// A source that tells changes is read from where the last published night ended, and a person may
// say otherwise.
#include <gmock/gmock.h>

#include "tests/flows/day_book.hpp"

namespace homeroom::flows {
namespace {

using ::testing::HasSubstr;

const std::vector<std::string> students{"9001,Anna,Testwood,2014-11-03",
                                        "9002,Otto,Sampleton,2015-02-20"};
const std::vector<std::string> first_lines{"R1,Anna,Testwood,2014-11-03",
                                           "R2,Otto,Sampleton,2015-02-20"};

class State : public ::testing::Test {
 protected:
  void SetUp() override {
    keep_a_book(pretend_);
    pretend_.students(students);
    book(pretend_, first_lines);
    EXPECT_EQ(heard(pretend_.night())["read"], 2);
  }
  /// One more line than the first night read.
  void grow() const {
    auto lines = first_lines;
    lines.push_back("R3,Anna,Testwood,2014-11-03");
    book(pretend_, lines);
  }
  static nlohmann::json heard(const nlohmann::json& night) {
    return night["sources"][1]["streams"][0];
  }
  nlohmann::json state() const {
    auto shown = pretend_.ask({"state", "show"});
    for (const auto& one : shown["streams"])
      if (one["source"] == "agency") return one;
    return {};
  }
  std::string cursor() const { return state()["cursor"]; }
  cli::Said set(const std::string& stream, const std::string& cursor, const std::string& why) {
    return pretend_.say({"state", "set", "agency", stream, "--cursor", cursor, "--why", why});
  }
  int recorded() const {
    return pretend_.ask({"audit", "verify"})["chains"][1]["entries"].get<int>();
  }
  void add_to_workspace(const std::string& text) const {
    std::ofstream(pretend_.at("workspace/homeroom.yaml"), std::ios::app) << text;
  }
  Pretend pretend_;
};

TEST_F(State, TheNextNightAsksOnlyForWhatCameSince) {
  EXPECT_EQ(cursor(), "2");
  grow();
  EXPECT_EQ(heard(pretend_.night())["read"], 1);
  EXPECT_EQ(cursor(), "3");
  EXPECT_EQ(heard(pretend_.night())["read"], 0);
  EXPECT_EQ(pretend_.records()["9001"].size(), 2u);
  EXPECT_EQ(pretend_.records()["9002"].size(), 1u) << "what was not told again stays";
  EXPECT_EQ(state()["records"], 2) << "of the last read of everything";
}

TEST_F(State, ADryRunReadsNothingOn) {
  grow();
  EXPECT_EQ(pretend_.say({"run", "nightly", "--dry-run"}).exit_code, 0);
  EXPECT_EQ(cursor(), "2");
}

TEST_F(State, ANightThatABrakeStoppedIsReadAgain) {
  add_to_workspace("\nbrakes:\n  students_gone: {above: 24%, at_least: 0}\n");
  grow();
  pretend_.students({students[0]});
  EXPECT_EQ(pretend_.say({"run", "nightly"}).exit_code, 4);
  EXPECT_EQ(cursor(), "2");
  pretend_.students(students);
  EXPECT_EQ(heard(pretend_.night())["read"], 1);
}

TEST_F(State, ANightThatFailedIsReadAgain) {
  grow();
  std::filesystem::remove(pretend_.at("data/students.csv"));
  EXPECT_EQ(pretend_.say({"run", "nightly"}).exit_code, 1);
  EXPECT_EQ(cursor(), "2");
  pretend_.students(students);
  EXPECT_EQ(heard(pretend_.night())["read"], 1);
  EXPECT_EQ(pretend_.records()["9001"].size(), 2u);
}

TEST_F(State, FullReadsFromTheBeginningWhatWasForgottenToo) {
  auto lines = first_lines;
  lines.push_back("R3,Ida,Mockridge,2014-12-24");
  book(pretend_, lines);
  pretend_.night();
  pretend_.students({students[0], students[1], "9003,Ida,Mockridge,2014-12-24"});
  EXPECT_EQ(heard(pretend_.night())["read"], 0);
  EXPECT_EQ(pretend_.records()["9003"].size(), 0u) << "nobody's record was not kept";
  auto full = pretend_.ask({"run", "nightly", "--full"});
  EXPECT_EQ(heard(full)["read"], 3);
  EXPECT_EQ(pretend_.records()["9003"].size(), 1u);
}

TEST_F(State, ACursorOfOtherSettingsIsNotUsed) {
  std::filesystem::create_directory(pretend_.at("elsewhere"));
  book(pretend_, {"R7,Otto,Sampleton,2015-02-20", "R8,Anna,Testwood,2014-11-03"});
  std::filesystem::rename(pretend_.at("data/book.csv"), pretend_.at("elsewhere/book.csv"));
  auto text = cli::whole(pretend_.at("workspace/homeroom.yaml"));
  text.replace(text.find("    folder: ${data}\n", text.find("day_book")), 19,
               "    folder: " + pretend_.at("elsewhere") + '\n');
  std::ofstream(pretend_.at("workspace/homeroom.yaml")) << text;
  EXPECT_EQ(heard(pretend_.night())["read"], 2);
  EXPECT_EQ(heard(pretend_.night())["read"], 0);
}

TEST_F(State, GenerationsAreCompared) {
  grow();
  pretend_.night();
  auto diff = pretend_.ask({"state", "diff", "--from", "1", "--to", "2"});
  ASSERT_EQ(diff["streams"].size(), 1u) << diff;
  EXPECT_EQ(diff["streams"][0]["before"]["cursor"], "2");
  EXPECT_EQ(diff["streams"][0]["after"]["cursor"], "3");
  EXPECT_EQ(pretend_.ask({"state", "show", "--generation", "1"})["streams"][0]["cursor"], "2");
}

TEST_F(State, AGenerationThatIsNotThereIsRefused) {
  using Words = std::vector<std::string>;
  for (const auto& verb : {Words{"show", "--generation", "99"}, Words{"diff", "--to", "99"},
                           Words{"diff", "--from", "99", "--to", "1"},
                           Words{"rollback", "--to", "99", "--why", "x"}}) {
    auto words = verb;
    words.insert(words.begin(), "state");
    auto said = pretend_.say(words);
    EXPECT_EQ(said.exit_code, 2) << said.out;
    EXPECT_THAT(said.err, HasSubstr("no generation 99; the newest is 1"));
  }
  EXPECT_EQ(pretend_.say({"state", "diff", "--to", "1"}).exit_code, 0) << "from before the first";
}

TEST_F(State, SetIsAskedOfTheSourceAndReadFromTheNextNight) {
  auto before = pretend_.record();
  auto wrong = set("referrals", "77", "x");
  EXPECT_NE(wrong.exit_code, 0);
  EXPECT_THAT(wrong.err, HasSubstr("no place in book.csv"));
  EXPECT_EQ(cursor(), "2");
  EXPECT_EQ(set("referals", "1", "x").exit_code, 2);
  EXPECT_EQ(set("referrals", "1", " ").exit_code, 2);
  auto entries = recorded();
  EXPECT_EQ(set("referrals", "", "from the beginning").exit_code, 0);
  EXPECT_EQ(set("referrals", "1", "said so").exit_code, 0) << "it may be set once more";
  EXPECT_EQ(recorded(), entries + 2);
  auto night = heard(pretend_.night());
  EXPECT_EQ(night["read"], 1);
  EXPECT_EQ(night["unchanged"], 1);
  EXPECT_EQ(cursor(), "2");
  pretend_.ask({"state", "set", "agency", "referrals", "--why", "from the beginning"});
  EXPECT_EQ(heard(pretend_.night())["read"], 2);
  EXPECT_EQ(pretend_.record(), before);
}

TEST_F(State, RollbackReadsAgainFromWhereAnEarlierGenerationStood) {
  grow();
  pretend_.night();
  auto back = pretend_.ask({"state", "rollback", "--to", "1", "--why", "x"});
  ASSERT_EQ(back["streams"].size(), 1u) << "what is read whole each night stays: " << back;
  EXPECT_EQ(cursor(), "2");
  EXPECT_EQ(heard(pretend_.night())["read"], 1);
  EXPECT_EQ(cursor(), "3");
  auto again = pretend_.say({"state", "rollback", "--to", "2", "--source", "agency", "--why", "x"});
  EXPECT_EQ(again.exit_code, 2) << "it stands there already";
}

}  // namespace
}  // namespace homeroom::flows
