// What people and build servers read.
#include "hub/conformance/report.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "tests/cli/program.hpp"

namespace homeroom::conformance {
namespace {

using testing::HasSubstr;

const Report three = {"magpie",
                      "1.0.0",
                      {{"read", "rows", "rows come", Outcome::passed, "", 0.25},
                       {"write", "again", "again", Outcome::failed, "\"1\" < 2 & more\n", 1},
                       {"read", "keys", "keys come", Outcome::skipped, "no keys", 0}}};

TEST(Report, TellsPeopleWhatHeldAndWhatDidNot) {
  EXPECT_EQ(text_of(three),
            "passed   read.rows: rows come\n"
            "failed   write.again: again\n"
            "         \"1\" < 2 & more\n\n"
            "skipped  read.keys: keys come\n"
            "         no keys\n"
            "magpie 1.0.0: 1 passed, 1 failed, 1 skipped\n");
}

TEST(Report, TellsTheCarriersApart) {
  Report both = three;
  both.results[2].carrier = Carrier::runner;
  EXPECT_THAT(text_of(both), HasSubstr("inside the hub\npassed   read.rows"));
  EXPECT_THAT(text_of(both), HasSubstr("in a runner\nskipped  read.keys"));
  EXPECT_EQ(nlohmann::json::parse(json_of(both))["checks"][2]["carrier"], "runner");
  EXPECT_THAT(junit_of(both), HasSubstr("<testsuite name=\"read in a runner\" tests=\"1\""));
}

TEST(Report, IsOneSuiteAnAreaForBuildServers) {
  auto xml = junit_of(three);
  EXPECT_THAT(xml, HasSubstr("<testsuites name=\"magpie 1.0.0\" tests=\"3\" failures=\"1\" "
                             "skipped=\"1\">"));
  EXPECT_THAT(xml, HasSubstr("<testsuite name=\"read\" tests=\"2\" failures=\"0\" skipped=\"1\">"));
  EXPECT_THAT(xml, HasSubstr("<failure message=\"&quot;1&quot; &lt; 2 &amp; more \"/>"));
  EXPECT_THAT(xml, HasSubstr("<testcase classname=\"read\" name=\"rows\" time=\"0.250\"/>"));
}

TEST(Report, ReplacesWhatIsNoUtf8ForBuildServers) {
  Report report = three;
  report.results[1].why = "a \xff letter of \xc3\xa9";
  EXPECT_THAT(junit_of(report), HasSubstr("message=\"a \xef\xbf\xbd letter of \xc3\xa9\""));
}

TEST(Report, IsOneJsonDocument) {
  auto json = nlohmann::json::parse(json_of(three));
  EXPECT_EQ(json["failed"], 1);
  EXPECT_EQ(json["checks"][2]["why"], "no keys");
  EXPECT_EQ(json["checks"][1]["outcome"], "failed");
}

cli::Said test_magpie(std::vector<std::string> more) {
  std::vector<std::string> words = {"plugin", "test", NESTS "/plain/magpie.so"};
  words.insert(words.end(), more.begin(), more.end());
  return cli::homeroom(words);
}

TEST(PluginTest, AnswersZeroWhenAllHoldsAndWritesJUnit) {
  cli::Folder folder;
  auto file = folder.path() / "junit.xml";
  auto said = test_magpie({"--junit", file.string()});
  EXPECT_EQ(said.exit_code, 0) << said.out;
  EXPECT_THAT(said.out, HasSubstr(", 0 failed, "));
  EXPECT_THAT(cli::whole(file), HasSubstr("failures=\"0\""));
}

TEST(PluginTest, AnswersOneWhenAPromiseIsBroken) {
  cli::Folder folder;
  cli::fs::copy(NESTS "/plain/magpie.sample", folder.path(), cli::fs::copy_options::recursive);
  std::ofstream(folder.path() / "settings.yaml", std::ios::app) << "habit: counts wrong\n";
  auto said = test_magpie({"--settings", (folder.path() / "settings.yaml").string()});
  EXPECT_EQ(said.exit_code, 1);
  EXPECT_THAT(said.out, HasSubstr("failed   read.counts"));
}

TEST(PluginTest, SaysWhatIsMissing) {
  auto said = test_magpie({"--settings", "nowhere.yaml"});
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_THAT(said.err, HasSubstr("there is no nowhere.yaml"));
  auto other = cli::homeroom({"plugin", "test", NESTS "/plain/jackdaw.so"});
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_THAT(other.err, HasSubstr("searched " NESTS "/plain"));
}

TEST(PluginTest, ASkipForACheckThatIsNotThereIsRefused) {
  cli::Folder folder;
  cli::fs::copy(NESTS "/plain/magpie.sample", folder.path(), cli::fs::copy_options::recursive);
  std::ofstream(folder.path() / "conformance.yaml", std::ios::app) << "skip: {read.rowz: why}\n";
  auto said = test_magpie({"--settings", (folder.path() / "settings.yaml").string()});
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_THAT(said.err, HasSubstr("read.rowz"));
}

TEST(PluginTest, ASkipWithoutAReasonIsRefused) {
  cli::Folder folder;
  cli::fs::copy(NESTS "/plain/magpie.sample", folder.path(), cli::fs::copy_options::recursive);
  std::ofstream(folder.path() / "conformance.yaml", std::ios::app) << "skip: {read.rows: ''}\n";
  auto said = test_magpie({"--settings", (folder.path() / "settings.yaml").string()});
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_THAT(said.err, HasSubstr("say why this check is skipped"));
}

}  // namespace
}  // namespace homeroom::conformance
