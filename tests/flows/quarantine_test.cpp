// What people do about records that were set aside: say what should stand there, have them read
// again, or leave them out for good.
#include <gmock/gmock.h>

#include "tests/flows/pretend.hpp"

namespace homeroom::flows {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

const std::string anna = "9001,Anna,Testwood,2014-11-03";
const std::string nameless = "9002,Otto,,2015-02-20";  // the mapping requires a last name

class Quarantine : public ::testing::Test {
 protected:
  void SetUp() override { pretend_.referrals({}); }
  nlohmann::json list(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> verb{"quarantine", "list"};
    verb.insert(verb.end(), more.begin(), more.end());
    return pretend_.ask(verb)["set_aside"];
  }
  std::string id(std::size_t index = 0) const { return list({"--all"})[index]["id"]; }
  cli::Said fix(const std::string& set) const {
    return pretend_.say({"quarantine", "fix", id(), "--set", set, "--why", "the school called"});
  }
  /// A night with these students; its exit code.
  int night(const std::vector<std::string>& students, bool is_delta = false) const {
    pretend_.students(students);
    std::vector<std::string> verb{"--quiet", "run", "nightly"};
    if (is_delta) verb.insert(verb.begin(), {"--set", "mode=delta"});
    return pretend_.say(verb).exit_code;
  }
  std::string profile() const { return pretend_.record(); }
  void lists(std::vector<std::string> more) const {
    more.insert(more.begin(),
                {"quarantine", "list", "--by", "school", "--csv", pretend_.at("lists")});
    pretend_.ask(more);
  }
  std::string list_of(const std::string& school) const {
    return cli::whole(pretend_.at("lists/" + school + ".csv"));
  }
  std::vector<std::string> rejects() const {
    return {"quarantine",           "list",  "--rejects",
            pretend_.at("rejects"), "--why", "mended at the school"};
  }
  Pretend pretend_;
};

TEST_F(Quarantine, ARecordIsReadAsAPersonFixedItWhileItsSourceSaysTheSame) {
  EXPECT_EQ(night({anna, nameless}), 3);
  EXPECT_THAT(list(), SizeIs(1));
  EXPECT_THAT(profile(), Not(HasSubstr("Otto")));
  EXPECT_EQ(fix("Last=Sampleton").exit_code, 0);
  EXPECT_EQ(list()[0]["state"], "fix waits");
  for (int again = 0; again < 2; ++again) {
    EXPECT_EQ(night({anna, nameless}), 0);
    EXPECT_THAT(profile(), HasSubstr("Sampleton"));
    EXPECT_THAT(list(), IsEmpty());
    EXPECT_EQ(list({"--all"})[0]["state"], "fixed");
  }
  EXPECT_EQ(night({anna, "9002,Otto,Samplefield,2015-02-20"}), 0);
  EXPECT_THAT(profile(), HasSubstr("Samplefield"));
  EXPECT_THAT(list({"--all"}), IsEmpty());
}

TEST_F(Quarantine, ARecordMendedAtItsSourceClearsItselfAndSaysSo) {
  EXPECT_EQ(night({anna, nameless}), 3);
  pretend_.students({anna, "9002,Otto,Sampleton,2015-02-20"});
  auto said = pretend_.say({"run", "nightly"});
  EXPECT_EQ(said.exit_code, 0);
  EXPECT_THAT(said.out, HasSubstr("sis students: 1 record is not set aside any more"));
  EXPECT_THAT(pretend_.say({"runs", "show", "2"}).out,
              HasSubstr("sis students: 1 record is not set aside any more"));
  EXPECT_THAT(list({"--all"}), IsEmpty());
  EXPECT_EQ(pretend_.night()["sources"][0]["streams"][0]["cleared"], 0);
}

TEST_F(Quarantine, AFixThatDoesNotHelpLeavesTheRecordWaiting) {
  night({anna, nameless});
  fix("First=Oskar");
  EXPECT_EQ(night({anna, nameless}), 0);  // known before: nothing new
  EXPECT_EQ(list()[0]["state"], "open");
  EXPECT_EQ(list()[0]["first_run"], 1);
  fix("Last=Sampleton");
  EXPECT_EQ(night({anna, nameless}), 0);
  EXPECT_THAT(profile(), HasSubstr("Otto"));
}

TEST_F(Quarantine, WhatWasDroppedIsNotToldAgainUntilItChanges) {
  night({anna, nameless});
  pretend_.say({"quarantine", "drop", id(), "--why", "a test record of the vendor"});
  EXPECT_EQ(night({anna, nameless}), 0);
  EXPECT_THAT(list(), IsEmpty());
  EXPECT_EQ(list({"--all"})[0]["state"], "dropped");
  EXPECT_EQ(night({anna, "9002,Otto,,2015-02-21"}), 3);
  EXPECT_THAT(list(), SizeIs(1));
}

TEST_F(Quarantine, AFixedRecordOfADeltaIsReadFromQuarantine) {
  night({anna});
  EXPECT_EQ(night({nameless}, true), 3);
  fix("Last=Sampleton");
  EXPECT_EQ(night({}, true), 0);
  EXPECT_THAT(profile(), HasSubstr("Sampleton"));
  EXPECT_THAT(profile(), HasSubstr("Testwood"));
  EXPECT_EQ(list({"--all"})[0]["state"], "fixed");
  EXPECT_EQ(night({"9002,Otto,Samplefield,2015-02-20"}, true), 0);
  EXPECT_THAT(profile(), HasSubstr("Samplefield"));
}

TEST_F(Quarantine, ADeltaThatBringsTheRecordAnewWinsOverTheFix) {
  night({anna});
  night({nameless}, true);
  fix("Last=Sampleton");
  EXPECT_EQ(night({"9002,Otto,Samplefield,2015-02-20"}, true), 0);
  EXPECT_THAT(profile(), HasSubstr("Samplefield"));
  EXPECT_THAT(list({"--all"}), IsEmpty());
}

TEST_F(Quarantine, AfterTheMappingWasMendedARecordOfADeltaIsReadByItself) {
  night({anna});
  night({nameless}, true);
  auto mapping = pretend_.at("workspace/mappings/sis.yaml");
  auto text = cli::whole(mapping);
  text.erase(text.find("  required: [name.last]\n"), 24);
  std::ofstream(mapping) << text;
  EXPECT_EQ(night({anna}, true), 0);
  EXPECT_THAT(profile(), HasSubstr("Otto"));
  EXPECT_THAT(list({"--all"}), IsEmpty());
}

TEST_F(Quarantine, ARecordOfADeltaThatDidNotSayWhoseItIsIsReplayedOrFixed) {
  night({anna});
  night({",Otto,Sampleton,2015-02-20"}, true);
  auto replayed = pretend_.ask({"quarantine", "replay", "--source", "sis", "--why", "a try"});
  EXPECT_EQ(replayed["replayed"], 1);
  EXPECT_EQ(list()[0]["state"], "replay waits");
  pretend_.students({anna});
  auto report = pretend_.ask({"--set", "mode=delta", "run", "nightly"});
  EXPECT_EQ(report["sources"][0]["streams"][0]["quarantined"], 1);  // read again, no better
  EXPECT_EQ(list()[0]["state"], "open");
  EXPECT_EQ(list()[0]["first_run"], 2);
  fix("Number=9002");
  EXPECT_EQ(night({anna}, true), 0);
  EXPECT_THAT(profile(), HasSubstr("Sampleton"));
  EXPECT_THAT(list(), IsEmpty());
}

TEST_F(Quarantine, ARecordIsShownByItsColumnsMasked) {
  night({anna, nameless});
  auto shown = pretend_.ask({"quarantine", "show", id()});
  EXPECT_EQ(shown["columns"]["First"], "xxxx");
  EXPECT_EQ(shown["columns"]["Last"], "");
  EXPECT_EQ(shown["columns"]["Born"], "9999-99-99");
}

TEST_F(Quarantine, EachSchoolGetsAListInTheWordsOfItsSystemWithoutAnyValue) {
  night({anna, "9002,Otto,Sampleton,2015-02-20"});
  night({anna, nameless, "9003,Ida,,2014-12-24"});
  auto told = pretend_.ask({"quarantine", "list", "--by", "school", "--csv", pretend_.at("lists")});
  EXPECT_THAT(told["lists"], SizeIs(2));
  EXPECT_EQ(cli::whole(pretend_.at("lists/Pretend-Elementary.csv")),
            "School,System,File,Record,Column,What is wrong,Where,Since run\n"
            "Pretend Elementary,sis,students,9002,Last,name.last is required,\"students.csv, line "
            "3\",2\n");
  auto others = cli::whole(pretend_.at("lists/no-school-known.csv"));
  EXPECT_THAT(others, HasSubstr(",9003,Last,"));  // a child nobody knows yet
  EXPECT_THAT(others, Not(HasSubstr("Ida")));

  std::ofstream(pretend_.at("lists/notes.csv")) << "School,Phone\n";
  night({anna, "9002,Otto,Sampleton,2015-02-20"});
  pretend_.ask({"quarantine", "list", "--by", "school", "--csv", pretend_.at("lists")});
  EXPECT_FALSE(std::filesystem::exists(pretend_.at("lists/Pretend-Elementary.csv")));
  EXPECT_TRUE(std::filesystem::exists(pretend_.at("lists/notes.csv")));
}

// Its columns could not be told apart, but the plugin knew its number.
TEST_F(Quarantine, ARecordWithACellTooManyStandsOnTheListOfItsSchool) {
  night({anna, "9002,Otto,Sampleton,2015-02-20"});
  night({anna, "9002,Otto,Sampleton,2015-02-20,more"});
  lists({});
  EXPECT_THAT(list_of("Pretend-Elementary"), HasSubstr("Pretend Elementary,sis,students,9002,,"));
  EXPECT_FALSE(std::filesystem::exists(pretend_.at("lists/no-school-known.csv")));
}

TEST_F(Quarantine, TwoSchoolsOfOneNameHaveAListEach) {
  pretend_.write("schools.csv", "School,Title\n7,Pretend Elementary\n8,Pretend Elementary\n");
  auto write = [&](const std::string& last) {
    pretend_.write("students.csv", "Number,First,Last,Born,School,Grade\n9001,Anna," + last +
                                       ",2014-11-03,7,05\n9002,Otto," + last +
                                       ",2015-02-20,8,05\n");
    pretend_.say({"run", "nightly"});
  };
  write("Testwood");
  write("");
  lists({});
  EXPECT_THAT(
      list_of("Pretend-Elementary-7"),
      AllOf(HasSubstr("Pretend Elementary (7),sis,students,9001,"), Not(HasSubstr("9002"))));
  EXPECT_THAT(
      list_of("Pretend-Elementary-8"),
      AllOf(HasSubstr("Pretend Elementary (8),sis,students,9002,"), Not(HasSubstr("9001"))));
}

TEST_F(Quarantine, ListsBySchoolAreOfOneSourceWhereItIsNamed) {
  pretend_.referrals({",Anna,Testwood,2014-11-03"});
  night({anna, nameless});
  lists({"--source", "agency"});
  EXPECT_THAT(list_of("no-school-known"),
              AllOf(HasSubstr(",agency,referrals,"), Not(HasSubstr(",sis,"))));
  lists({});
  EXPECT_THAT(list_of("no-school-known"),
              AllOf(HasSubstr(",agency,referrals,"), HasSubstr(",sis,")));
}

TEST_F(Quarantine, RejectFilesHaveTheColumnsOfTheSourceAndTheReason) {
  pretend_.referrals({",Anna,Testwood,2014-11-03"});
  night({anna, R"(9002,"=Otto, ""O""",,2015-02-20)", "9003,Ida"});
  auto told = pretend_.ask(rejects());
  EXPECT_THAT(told["rejects"], SizeIs(2));
  auto students = cli::whole(pretend_.at("rejects/sis.students.csv"));
  EXPECT_THAT(students,
              StartsWith("Number,First,Last,Born,School,Grade,_reason,_file,_line,_unread\n"));
  EXPECT_THAT(students, HasSubstr("\n9002,\"=Otto, \"\"O\"\"\",,2015-02-20,7,05,"
                                  "name.last is required,students.csv,3,\n"));
  EXPECT_THAT(students, HasSubstr("\n,,,,,,"));
  EXPECT_THAT(students, HasSubstr(",students.csv,4,9003\x1fIda\x1f"
                                  "7\x1f"
                                  "05\n"));
  EXPECT_THAT(cli::whole(pretend_.at("rejects/agency.referrals.csv")),
              HasSubstr("\n,Anna,Testwood,2014-11-03,Food pantry,"));
  EXPECT_THAT(pretend_.say({"audit", "verify"}).out, HasSubstr("1 audit entr"));
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(pretend_.at("rejects/sis.students.csv")).permissions(),
            perms::owner_read | perms::owner_write);
}

TEST_F(Quarantine, RejectFilesOfBeforeGoAndOthersStay) {
  night({anna, nameless});
  pretend_.ask(rejects());
  std::ofstream(pretend_.at("rejects/notes.csv")) << "Number,reason\n";
  night({anna, "9002,Otto,Sampleton,2015-02-20"});
  pretend_.ask(rejects());
  EXPECT_FALSE(std::filesystem::exists(pretend_.at("rejects/sis.students.csv")));
  EXPECT_TRUE(std::filesystem::exists(pretend_.at("rejects/notes.csv")));
}

TEST_F(Quarantine, AColumnOfTheSourceIsNotMistakenForTheReason) {
  pretend_.change_workspace("key: Number, subject: Number", "key: _reason, subject: _reason");
  auto mapping = pretend_.at("workspace/mappings/sis.yaml");
  auto text = cli::whole(mapping);
  for (std::size_t at = 0; (at = text.find("Number", at)) != text.npos;)
    text.replace(at, 6, "_reason");
  std::ofstream(mapping) << text;
  pretend_.write("students.csv",
                 "_reason,First,Last,Born,School,Grade\n9001,Anna,,2014-11-03,7,05\n");
  pretend_.say({"run", "nightly"});
  pretend_.ask(rejects());
  EXPECT_THAT(cli::whole(pretend_.at("rejects/sis.students.csv")),
              StartsWith("_reason,First,Last,Born,School,Grade,__reason,__file,__line,__unread\n"));
}

TEST_F(Quarantine, FilesThatCannotBeWrittenSoAreRefusedWithWhatToDo) {
  night({anna, nameless});
  struct {
    std::vector<std::string> flags;
    const char* says;
  } slips[] = {
      {{"--rejects", "x"}, "--rejects needs --why TEXT"},
      {{"--why", "because"}, "--why goes with --rejects FOLDER"},
      {{"--by", "school"}, "--by school and --csv FOLDER go together"},
      {{"--by", "school", "--csv", "x", "--all"}, "homeroom quarantine list --all"},
      {{"--by", "school", "--csv", "x", "--destination", "record"},
       "homeroom quarantine list --destination record"},
      {{"--rejects", "x", "--why", "because", "--destination", "record"},
       "homeroom quarantine list --destination record"},
      {{"--rejects", "x", "--why", "because", "--csv", "x"}, "ask one by one"},
      {{"--by", "school", "--csv", "x", "--source", "sos"}, "sos"},
  };
  for (auto& slip : slips) {
    auto verb = slip.flags;
    verb.insert(verb.begin(), {"quarantine", "list"});
    auto said = pretend_.say(verb);
    EXPECT_EQ(said.exit_code, 2) << slip.says;
    EXPECT_THAT(said.err, HasSubstr(slip.says));
  }
}

TEST_F(Quarantine, WhatCannotBeFixedIsRefusedWithTheReason) {
  night({anna, nameless, "9003,Ida"});
  auto all = list();
  ASSERT_THAT(all, SizeIs(2));
  auto other = all[0]["line"] == 4 ? all[0]["id"] : all[1]["id"];
  auto row = all[0]["line"] == 4 ? all[1]["id"] : all[0]["id"];
  auto try_to = [&](const std::string& which, const std::string& set) {
    auto said = pretend_.say({"quarantine", "fix", which, "--set", set, "--why", "because"});
    EXPECT_EQ(said.exit_code, 2) << said.out;
    return said.err;
  };
  EXPECT_THAT(try_to(row, "Lost=Mockridge"), HasSubstr("no column Lost, did you mean Last?"));
  EXPECT_THAT(try_to(row, "Last"), HasSubstr("COLUMN=VALUE"));
  EXPECT_THAT(try_to(other, "Last=Mockridge"), HasSubstr("could not be read into columns"));
  EXPECT_THAT(try_to("9-9", "Last=Mockridge"), HasSubstr("nothing is set aside as 9-9"));
}

}  // namespace
}  // namespace homeroom::flows
