// The verb review as people and scripts use it, on a district of two children.
#include <gmock/gmock.h>

#include "tests/flows/pretend.hpp"

namespace homeroom::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Reviewing : public ::testing::Test {
 protected:
  void SetUp() override {
    pretend_.students({"9001,Anna,Testwood,2014-11-03", "9002,Anne,Testwood,2014-11-03"});
    pretend_.referrals({"R1,Ann,Testwood,2014-11-03", "R2,An,Testwood,2014-11-03"});
    pretend_.night();
  }
  Said review(std::vector<std::string> words) const {
    words.insert(words.begin(), "review");
    return pretend_.say(words);
  }
  flows::Pretend pretend_;
};

TEST_F(Reviewing, ShowsValuesOnlyForAReason) {
  auto masked = review({"list"});
  EXPECT_EQ(masked.exit_code, 0) << masked.err;
  EXPECT_THAT(masked.out, Not(HasSubstr("Testwood")));
  EXPECT_THAT(masked.out, Not(HasSubstr("R1")));
  auto without = review({"list", "--show"});
  EXPECT_EQ(without.exit_code, 2);
  EXPECT_THAT(without.err, HasSubstr("--show needs --why TEXT"));
  auto shown = review({"list", "--show", "--why", "weekly review"});
  EXPECT_EQ(shown.exit_code, 0) << shown.err;
  EXPECT_THAT(shown.out, HasSubstr("Testwood"));
  EXPECT_THAT(shown.out, HasSubstr("This look is recorded."));
}

TEST_F(Reviewing, ListsAsManyAsAreAskedForAndCountsAll) {
  auto all = pretend_.ask({"review", "list", "--all"});
  auto open = all["open"].get<std::size_t>();
  EXPECT_EQ(all["pairs"].size(), open);
  auto one = pretend_.ask({"review", "list", "--limit", "1", "--scores"});
  EXPECT_EQ(one["open"], open);
  ASSERT_EQ(one["pairs"].size(), 1u);
  EXPECT_TRUE(one["pairs"][0].contains("weight"));
}

TEST_F(Reviewing, PutsWhatWasPutOffLast) {
  auto pairs = pretend_.ask({"review", "list"})["pairs"];
  auto first = pairs[0]["pair"].get<std::string>();
  ASSERT_EQ(review({"decide", first, "later", "--why", "nobody is there"}).exit_code, 0);
  EXPECT_EQ(pretend_.ask({"review", "list"})["pairs"].back()["pair"], first);
}

struct Slip {
  const char* name;
  std::vector<std::string> words;
  const char* says;
};

class ReviewingWrongly : public Reviewing, public ::testing::WithParamInterface<Slip> {};

TEST_P(ReviewingWrongly, IsRefusedWithWhatToDo) {
  auto said = review(GetParam().words);
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_THAT(said.err, HasSubstr(GetParam().says));
  EXPECT_THAT(said.err, Not(HasSubstr("Q77")));
  EXPECT_THAT(review({"list", "--decided"}).out, HasSubstr("Nothing is decided."));
}

INSTANTIATE_TEST_SUITE_P(
    Each, ReviewingWrongly,
    ::testing::Values(
        Slip{"verdict", {"decide", "2-0-1", "maybe", "--why", "x"}, "same, different or later"},
        Slip{"pair", {"decide", "2-77-1", "same", "--why", "x"}, "no open pair has this name"},
        Slip{"words", {"decide", "same", "--why", "x"}, "say PAIR or RECORD STUDENT"},
        Slip{"record",
             {"decide", "agency:Q77", "district:9001", "same", "--why", "x"},
             "records near no student are forgotten"},
        Slip{"source",
             {"decide", "agenci:Q77", "district:9001", "same", "--why", "x"},
             "did you mean agency?"},
        Slip{"student",
             {"decide", "agency:R1", "district:Q77", "same", "--why", "x"},
             "no student is known by that"},
        Slip{"reason",
             {"decide", "agency:R1", "district:9001", "same", "--why", " "},
             "the reason is recorded"},
        Slip{"count", {"list", "--limit", "abc"}, "a whole number above 0 is expected, found abc"},
        Slip{"number", {"undo", "7", "--why", "x"}, "no decision has this number"}),
    [](const auto& each) { return std::string(each.param.name); });

TEST_F(Reviewing, IsUndoneOnce) {
  ASSERT_EQ(
      review({"decide", "agency:R1", "district:9001", "different", "--why", "asked"}).exit_code, 0);
  ASSERT_EQ(review({"undo", "1", "--why", "a slip"}).exit_code, 0);
  auto again = review({"undo", "1", "--why", "a slip"});
  EXPECT_EQ(again.exit_code, 2);
  EXPECT_THAT(again.err, HasSubstr("decision 1 was undone before"));
  EXPECT_THAT(review({"list", "--decided"}).out, HasSubstr("undone by "));
}

}  // namespace
}  // namespace homeroom::cli
