// Corrections as people make them, on a synthetic district of 60 students.
#include <gmock/gmock.h>

#include "tests/cli/program.hpp"

namespace homeroom::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Correcting : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(homeroom({"synth", "--students", "60", "--seed", "7", "--out", at("data")}).exit_code,
              0);
    ASSERT_EQ(homeroom({"init", at("w")}).exit_code, 0);
    night();
    std::ifstream truth(at("data/truth.csv"));
    for (std::string line; student_.empty() && std::getline(truth, line);)
      if (line.starts_with("sis,")) student_ = "sis:" + line.substr(4, line.find(',', 4) - 4);
  }
  std::string at(const std::string& name) const { return (folder_.path() / name).string(); }
  Said on(std::vector<std::string> verb, const std::string& input = "") const {
    std::vector<std::string> words{"--workspace", at("w"), "--set", "data=" + at("data/day1")};
    words.insert(words.end(), verb.begin(), verb.end());
    return homeroom(words, input);
  }
  void night() const {
    auto said = on({"run", "nightly"});
    ASSERT_THAT(said.exit_code, ::testing::AnyOf(0, 3)) << said.err;
  }
  std::string first_name() const {
    auto said = on({"--output", "json", "profile", student_, "--show", "--why", "a test"});
    return said.json()["name"]["first"];
  }
  Said correct(std::vector<std::string> more, const std::string& input = "") const {
    std::vector<std::string> words{"correct", student_};
    words.insert(words.end(), more.begin(), more.end());
    words.insert(words.end(), {"--why", "passport seen"});
    return on(words, input);
  }

  Folder folder_;
  std::string student_;
};

TEST_F(Correcting, StandsFromTheNextRunUntilItIsDropped) {
  auto before = first_name();
  auto said = correct({"name.first", "--value", "-"}, "Zebulonia\n");
  ASSERT_EQ(said.exit_code, 0) << said.err;
  EXPECT_THAT(said.out + said.err, Not(HasSubstr("Zebulonia")));
  EXPECT_EQ(first_name(), before);
  EXPECT_THAT(on({"explain", student_, "name.first"}).out, HasSubstr("from the next run on, by "));
  EXPECT_THAT(on({"corrections", "list"}).out, HasSubstr("waits for the next run"));

  night();
  EXPECT_EQ(first_name(), "Zebulonia");
  auto told = on({"explain", student_, "name.first"}).out;
  EXPECT_THAT(told, HasSubstr("a person corrected it"));
  EXPECT_THAT(told, HasSubstr("until it is dropped: passport seen"));
  EXPECT_THAT(told, Not(HasSubstr("Zebulonia")));
  auto listed = on({"--output", "json", "corrections", "list"}).json()["corrections"].at(0);
  EXPECT_EQ(listed["state"], "stands");
  EXPECT_THAT(listed.dump(), Not(HasSubstr("Zebulonia")));

  EXPECT_EQ(on({"corrections", "drop", "1", "--why", "a slip"}).exit_code, 0);
  night();
  EXPECT_EQ(first_name(), before);
  EXPECT_THAT(on({"corrections", "list"}).out, HasSubstr("Nothing is corrected."));
}

TEST_F(Correcting, SaysWhenASourceSaysTheSame) {
  ASSERT_EQ(correct({"name.first", "--value", "-"}, first_name()).exit_code, 0);
  night();
  EXPECT_THAT(on({"explain", student_, "name.first"}).out, HasSubstr("sis says the same now"));
}

TEST_F(Correcting, OfTheSameFieldTakesThePlaceOfTheFormer) {
  ASSERT_EQ(correct({"name.first", "--value", "Zebulonia"}).exit_code, 0);
  night();
  ASSERT_EQ(correct({"name.first", "--value", "Zebulonie"}).exit_code, 0);
  night();
  EXPECT_EQ(first_name(), "Zebulonie");
  EXPECT_EQ(on({"--output", "json", "corrections", "list"}).json()["corrections"].size(), 1u);
}

struct Mistake {
  const char* name;
  std::vector<std::string> words;
  const char* says;
};

class CorrectingWrongly : public Correcting, public ::testing::WithParamInterface<Mistake> {};

TEST_P(CorrectingWrongly, IsRefusedWithWhatToDo) {
  auto said = correct(GetParam().words);
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_THAT(said.err, HasSubstr(GetParam().says));
  EXPECT_THAT(said.err, Not(HasSubstr("03.11")));
  EXPECT_THAT(on({"corrections", "list"}).out, HasSubstr("Nothing is corrected."));
}

INSTANTIATE_TEST_SUITE_P(
    Each, CorrectingWrongly,
    ::testing::Values(
        Mistake{"day", {"birthDate", "--value", "03.11.2014"}, "no day YYYY-MM-DD"},
        Mistake{"code", {"sex", "--value", "03.11"}, "none of F, M, U, X, unknown"},
        Mistake{"flag", {"section504", "--value", "03.11"}, "neither yes nor no"},
        Mistake{"field", {"birthDay", "--value", "x"}, "did you mean birthDate?"},
        Mistake{"row", {"enrollments[0].gradeLevel", "--value", "05"}, "no field"},
        Mistake{"nothing", {"sex"}, "either --value VALUE, or --nothing"},
        Mistake{"both", {"sex", "--value", "F", "--nothing"}, "either --value VALUE, or --nothing"},
        Mistake{"past", {"sex", "--value", "F", "--until", "2001-01-01"}, "that day is over"},
        Mistake{"until", {"sex", "--value", "F", "--until", "soon"}, "expected a day"}),
    [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace homeroom::cli
