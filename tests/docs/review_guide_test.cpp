// "A review day" of docs/guide/identity.md, done as it is written.
#include <regex>

#include <gmock/gmock.h>

#include "tests/docs/commands.hpp"
#include "tests/docs/markdown.hpp"
#include "tests/flows/pretend.hpp"

namespace homeroom::docs {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* page = "docs/guide/identity.md";

class ReviewDay : public ::testing::Test {
 protected:
  void SetUp() override {
    pretend_.students({"9001,Anna,Testwood,2014-11-03", "9002,Anne,Testwood,2014-11-03"});
    pretend_.referrals({"R1,Ann,Testwood,2014-11-03"});
    pretend_.night();
  }
  void do_all(const std::string& sample) const {
    for (const auto& command : sample_with(page, sample)) {
      auto said = pretend_.say(words_of(command));
      EXPECT_EQ(said.exit_code, 0) << command << '\n' << said.err;
    }
  }
  flows::Pretend pretend_;
};

TEST_F(ReviewDay, ShowsThePairAsThePageDoes) {
  auto said = pretend_.say({"review", "list"}).out;
  for (const auto& line : sample_with(page, "1 pair waits for a person"))
    if (!line.starts_with("Pair ")) {  // ids are other ones in every store
      EXPECT_THAT(said, HasSubstr(line));
    }
  EXPECT_TRUE(std::regex_search(said, std::regex(R"(Pair 2-0-\d: agency:x9 and student p-)")));
  EXPECT_THAT(said, Not(HasSubstr("Testwood")));
}

TEST_F(ReviewDay, DecidesAndUndoesByTheCommandsOfThePage) {
  auto before = pretend_.record();
  do_all("the family is away until Monday");
  pretend_.night();
  auto told = pretend_.say({"explain", "district:9002", "--links"}).out;
  for (const auto& words : sample_with(page, "  same child  agency"))
    EXPECT_THAT(told, HasSubstr(words));
  do_all("review undo 3");
  EXPECT_EQ(pretend_.say({"review", "undo", "2", "--why", "another family"}).exit_code, 0);
  pretend_.night();
  EXPECT_EQ(pretend_.record(), before);
}

TEST_F(ReviewDay, JoinsTheTwoWhoWereEnteredTwice) {
  do_all("entered twice");
  EXPECT_EQ(pretend_.night()["persons"]["merged"], 1);
}

}  // namespace
}  // namespace homeroom::docs
