// A source that tells only changes and never says that a record is gone can be asked which records
// there are (`ask_for_keys`).
#include <gmock/gmock.h>

#include "tests/flows/day_book.hpp"

namespace homeroom::flows {
namespace {

using ::testing::HasSubstr;

class Keys : public ::testing::Test {
 protected:
  void SetUp() override {
    keep_a_book(pretend_);
    ask_for_keys(pretend_);
    pretend_.students({"9001,Anna,Testwood,2014-11-03", "9002,Otto,Sampleton,2015-02-20"});
    told({"R1,Anna,Testwood,2014-11-03", "R2,Otto,Sampleton,2015-02-20"});
    pretend_.night();
  }
  /// The source tells these lines, besides those it told before.
  void told(const std::vector<std::string>& lines) {
    lines_.insert(lines_.end(), lines.begin(), lines.end());
    book(pretend_, lines_);
  }
  static nlohmann::json heard(const nlohmann::json& night) {
    return night["sources"][1]["streams"][0];
  }
  /// What a person reads of a night that is partial.
  std::string trouble() const {
    auto said = pretend_.say({"run", "nightly"});
    EXPECT_EQ(said.exit_code, 3);
    return said.out;
  }
  std::vector<std::string> of_otto() const { return pretend_.records()["9002"]; }

  std::vector<std::string> lines_;
  Pretend pretend_;
};

TEST_F(Keys, ARecordThatIsNotListedEnds) {
  keys(pretend_, {"R1"});
  auto stream = heard(pretend_.night());
  EXPECT_EQ(stream["deleted"], 1);
  EXPECT_EQ(stream["read"], 0) << "a list of keys is no reading of records";
  EXPECT_EQ(stream["removals"], 0);
  EXPECT_TRUE(of_otto().empty());
  EXPECT_EQ(pretend_.records()["9001"].size(), 1u);

  EXPECT_EQ(heard(pretend_.night())["deleted"], 0) << "once";
}

TEST_F(Keys, ARecordThatIsToldAgainComesBack) {
  keys(pretend_, {"R1"});
  pretend_.night();
  told({"R2,Otto,Sampleton,2015-02-20"});
  keys(pretend_, {"R1", "R2"});
  pretend_.night();
  EXPECT_EQ(of_otto().size(), 1u);
}

TEST_F(Keys, WhatTheChangesJustBroughtStays) {
  told({"R3,Anna,Testwood,2014-11-03"});
  keys(pretend_, {"R1", "R2"});
  pretend_.night();
  EXPECT_EQ(pretend_.records()["9001"].size(), 2u);
  EXPECT_EQ(heard(pretend_.night())["deleted"], 1) << "the night after it is not listed either";
}

TEST_F(Keys, ACodeThatIsNotListedIsForgotten) {
  pretend_.write("programs.csv", "P1,Food pantry\nP2,Winter coats\n");
  auto mapping = pretend_.at("workspace/mappings/agency.yaml");
  auto text = cli::whole(mapping);
  auto reads = text.find("\nnulls:");
  text.insert(reads, "  programs: Program, Title\n");
  text +=
      "\norganization:\n  from: programs\n  key:  Program\n  fields: {name: Title, kind: {literal: "
      "school}, number: Program}\n";
  std::ofstream(mapping) << text;
  keys(pretend_, {"R1", "R2"});
  pretend_.write("programs-keys.csv", "P1\nP2\n");
  auto programs = [&] { return pretend_.night()["sources"][1]["streams"][1]; };
  EXPECT_EQ(programs()["rows_out"], 2);
  pretend_.write("programs-keys.csv", "P2\n");
  EXPECT_EQ(programs()["deleted"], 1);
  EXPECT_EQ(programs()["deleted"], 0);
}

TEST_F(Keys, AListThatMayNotBeWholeEndsNothing) {
  struct {
    std::vector<std::string> keys;
    const char* why;
  } lists[] = {{{"R1", "..."}, "the list of its keys is not complete"},
               {{"R1", ",Otto"}, "the list of its keys is not complete"},
               {{}, "the list of its keys is empty, where 2 records stood"}};
  for (const auto& list : lists) {
    SCOPED_TRACE(list.why);
    keys(pretend_, list.keys);
    EXPECT_THAT(trouble(), HasSubstr(list.why));
    EXPECT_EQ(of_otto().size(), 1u);
  }
}

TEST_F(Keys, ASourceThatCannotListThemIsToldOf) {
  EXPECT_THAT(trouble(), HasSubstr("ask_for_keys: it cannot list the keys of its records"));
}

}  // namespace
}  // namespace homeroom::flows
