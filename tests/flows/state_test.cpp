// A source that tells changes is read from where the last published night ended, and a person may
// say otherwise.
#include <gmock/gmock.h>

#include "tests/flows/pretend.hpp"

namespace homeroom::flows {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

class State : public ::testing::Test {
 protected:
  /// The agency keeps a book: it tells no line twice.
  void SetUp() override {
    fs::create_directories(pretend_.at("workspace/plugins"));
    for (const char* file : {"day_book.so", "day_book.manifest.yaml"})
      fs::copy(fs::path(DAY_BOOK_FOLDER) / file, pretend_.at("workspace/plugins"));
    auto text = cli::whole(pretend_.at("workspace/homeroom.yaml"));
    auto from = text.find("    plugin: csv_file", text.find("  agency:"));
    auto to = text.find("    mapping: mappings/agency.yaml");
    text.replace(from, to - from, "    plugin: day_book\n    folder: ${data}\n");
    text += "\nplugins: {unsigned: allow}\n";
    std::ofstream(pretend_.at("workspace/homeroom.yaml")) << text;
    pretend_.students({"9001,Anna,Testwood,2014-11-03", "9002,Otto,Sampleton,2015-02-20"});
    book("R1,Anna,Testwood,2014-11-03\nR2,Otto,Sampleton,2015-02-20\n");
    EXPECT_EQ(heard(pretend_.night())["read"], 2);
  }
  void book(const std::string& lines) const { pretend_.write("book.csv", lines); }
  static nlohmann::json heard(const nlohmann::json& night) {
    return night["sources"][1]["streams"][0];
  }
  std::string cursor() const {
    auto shown = pretend_.ask({"state", "show"});
    for (const auto& one : shown["streams"])
      if (one["source"] == "agency") return one["cursor"];
    return "";
  }
  std::string more() const {
    return cli::whole(pretend_.at("data/book.csv")) + "R3,Anna,Testwood,2014-11-03\n";
  }
  Pretend pretend_;
};

TEST_F(State, TheNextNightReadsOnWhereThePublishedOneEnded) {
  EXPECT_EQ(cursor(), "2");
  book(more());
  EXPECT_EQ(heard(pretend_.night())["read"], 1);
  EXPECT_EQ(cursor(), "3");
  EXPECT_EQ(heard(pretend_.night())["read"], 0);
  EXPECT_EQ(pretend_.records()["9001"].size(), 2u);
  EXPECT_EQ(pretend_.records()["9002"].size(), 1u) << "what was not told again stays";
}

TEST_F(State, ANightThatIsNotPublishedReadsNothingOn) {
  book(more());
  EXPECT_EQ(pretend_.say({"run", "nightly", "--dry-run"}).exit_code, 0);
  EXPECT_EQ(cursor(), "2");
}

TEST_F(State, GenerationsAreCompared) {
  book(more());
  pretend_.night();
  auto diff = pretend_.ask({"state", "diff", "--from", "1", "--to", "2"});
  ASSERT_EQ(diff["streams"].size(), 1u) << diff;
  EXPECT_EQ(diff["streams"][0]["before"]["cursor"], "2");
  EXPECT_EQ(diff["streams"][0]["after"]["cursor"], "3");
  EXPECT_EQ(pretend_.ask({"state", "show", "--generation", "1"})["streams"][0]["cursor"], "2");
}

TEST_F(State, SetIsAskedOfTheSourceAndReadFromTheNextNight) {
  auto before = pretend_.record();
  auto wrong =
      pretend_.say({"state", "set", "agency", "referrals", "--cursor", "77", "--why", "x"});
  EXPECT_NE(wrong.exit_code, 0);
  EXPECT_THAT(wrong.err, HasSubstr("no place in book.csv"));
  EXPECT_EQ(cursor(), "2");
  for (const auto& [stream, why] : {std::pair("referals", "x"), std::pair("referrals", " ")})
    EXPECT_EQ(
        pretend_.say({"state", "set", "agency", stream, "--cursor", "1", "--why", why}).exit_code,
        2);
  auto entries = [&] {
    return pretend_.ask({"audit", "verify"})["chains"][1]["entries"].get<int>();
  };
  auto recorded = entries();
  pretend_.ask({"state", "set", "agency", "referrals", "--cursor", "1", "--why", "said so"});
  EXPECT_EQ(entries(), recorded + 1);
  auto night = heard(pretend_.night());
  EXPECT_EQ(night["read"], 1);
  EXPECT_EQ(night["unchanged"], 1);
  EXPECT_EQ(cursor(), "2");
  pretend_.ask({"state", "set", "agency", "referrals", "--why", "from the beginning"});
  EXPECT_EQ(heard(pretend_.night())["read"], 2);
  EXPECT_EQ(pretend_.record(), before);
}

TEST_F(State, RollbackReadsAgainFromAnEarlierGeneration) {
  book(more());
  pretend_.night();
  auto back = pretend_.ask({"state", "rollback", "--to", "1", "--source", "agency", "--why", "x"});
  EXPECT_EQ(back["streams"].size(), 1u);
  EXPECT_EQ(cursor(), "2");
  EXPECT_EQ(heard(pretend_.night())["read"], 1);
  EXPECT_EQ(cursor(), "3");
  EXPECT_EQ(pretend_.say({"state", "rollback", "--to", "2", "--source", "agency", "--why", "x"})
                .exit_code,
            2)
      << "it stands there already";
}

}  // namespace
}  // namespace homeroom::flows
