// The verbs as scripts call them, on a synthetic district of 60 students in the example workspace.
#include <algorithm>
#include <cctype>

#include <gmock/gmock.h>

#include "hub/world/world.hpp"
#include "tests/cli/program.hpp"

namespace homeroom::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// One workspace in which one night has run, made once for all tests.
class District : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new Folder;
    auto data = folder_->path() / "data";
    ASSERT_EQ(homeroom({"synth", "--students", "60", "--seed", "7", "--out", data}).exit_code, 0);
    ASSERT_EQ(homeroom({"init", folder_->path() / "w"}).exit_code, 0);
    auto night = on({"--output", "json", "run", "nightly"});
    ASSERT_THAT(night.exit_code, ::testing::AnyOf(0, 3)) << night.err;
  }
  static void TearDownTestSuite() {
    delete folder_;
    folder_ = nullptr;
  }

  /// Runs a verb in the workspace.
  static Said on(std::vector<std::string> verb, const std::string& input = "") {
    std::vector<std::string> words{"--workspace", workspace(), "--set",
                                   "data=" + (folder_->path() / "data" / "day1").string()};
    words.insert(words.end(), verb.begin(), verb.end());
    return homeroom(words, input);
  }
  static fs::path workspace() { return folder_->path() / "w"; }
  /// The first student of the roster, as `sis:key`.
  static std::string a_student() {
    std::ifstream truth(folder_->path() / "data" / "truth.csv");
    std::string line;
    while (std::getline(truth, line))
      if (line.starts_with("sis,")) return "sis:" + line.substr(4, line.find(',', 4) - 4);
    return "";
  }

 private:
  static Folder* folder_;
};
Folder* District::folder_ = nullptr;

TEST_F(District, GetsAWorkspaceWithATenantIdOfItsOwn) {
  auto text = whole(workspace() / "homeroom.yaml");
  EXPECT_THAT(text, HasSubstr("\ntenant_id: "));
  EXPECT_TRUE(fs::exists(workspace() / "policy" / "federal.yaml"));
  Folder other;
  homeroom({"init", other.path() / "w"});
  EXPECT_NE(text, whole(other.path() / "w" / "homeroom.yaml"));
}

TEST_F(District, IsNotInitialisedTwice) {
  auto before = whole(workspace() / "homeroom.yaml");
  EXPECT_EQ(homeroom({"init", workspace()}).exit_code, 2);
  EXPECT_EQ(whole(workspace() / "homeroom.yaml"), before);
}

TEST_F(District, SuggestsTheExampleThatWasMeant) {
  Folder other;
  auto said = homeroom({"init", other.path() / "w", "--example", "lakevew"});
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_THAT(said.err, HasSubstr("did you mean lakeview?"));
}

TEST_F(District, PassesCheck) {
  auto said = on({"--output", "json", "check"});
  EXPECT_EQ(said.exit_code, 0) << said.out;
  EXPECT_TRUE(said.json()["ok"]);
}

TEST_F(District, FailsCheckWithoutItsData) {
  auto said = homeroom(
      {"--workspace", workspace(), "--set", "data=" + (workspace() / "nowhere").string(), "check"});
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_THAT(said.out, HasSubstr("WRONG"));
}

TEST_F(District, FailsCheckOfASourceWithoutAColumnThatIsRead) {
  Folder other;
  homeroom({"synth", "--students", "20", "--out", other.path() / "data"});
  auto file = other.path() / "data/day1/social/referrals.csv";
  auto text = whole(file);
  std::ofstream(file) << text.replace(text.find("ClientLast"), 10, "ClientLst1");
  auto said = homeroom({"--workspace", workspace(), "--set",
                        "data=" + (other.path() / "data/day1").string(), "check"});
  EXPECT_EQ(said.exit_code, 2) << said.out;
  EXPECT_THAT(said.out, HasSubstr("ClientLast"));
  EXPECT_THAT(said.out, HasSubstr("did you mean ClientLst1"));
}

TEST_F(District, PassesCheckWithoutASourceThatANightCanMiss) {
  Folder other;
  homeroom({"synth", "--students", "20", "--out", other.path() / "data"});
  fs::remove_all(other.path() / "data/day1/hmis");
  auto said = homeroom({"--workspace", workspace(), "--set",
                        "data=" + (other.path() / "data/day1").string(), "check"});
  EXPECT_EQ(said.exit_code, 0) << said.out;
  EXPECT_THAT(said.out, HasSubstr("advice  source hmis"));
  EXPECT_THAT(said.out, HasSubstr("goes on without it"));
}

TEST_F(District, DiscoversStreamsWithKeysAndColumns) {
  auto streams = on({"--output", "json", "discover", "sis"}).json()["streams"];
  auto users =
      std::ranges::find_if(streams, [](const auto& stream) { return stream["stream"] == "users"; });
  ASSERT_NE(users, streams.end());
  EXPECT_EQ((*users)["key"], nlohmann::json::array({"sourcedId"}));
  EXPECT_FALSE((*users)["columns"].empty());
}

TEST_F(District, PreviewsOnlyShapes) {
  auto said = on({"--output", "json", "preview", "sis", "users", "--rows", "3"});
  ASSERT_EQ(said.exit_code, 0) << said.err;
  auto rows = said.json()["rows"];
  EXPECT_EQ(rows.size(), 3u);
  for (const auto& row : rows)
    for (const auto& cell : row)
      for (char letter : cell.get<std::string>())
        EXPECT_TRUE(!std::isalnum(static_cast<unsigned char>(letter)) || letter == 'x' ||
                    letter == '9');
}

TEST_F(District, SuggestsTheSourceAndTheStreamThatWereMeant) {
  auto source = on({"discover", "sos"});
  EXPECT_EQ(source.exit_code, 2);
  EXPECT_THAT(source.err, HasSubstr("did you mean sis?"));
  auto stream = on({"preview", "sis", "user"});
  EXPECT_EQ(stream.exit_code, 2);
  EXPECT_THAT(stream.err, HasSubstr("did you mean users?"));
}

TEST_F(District, ListsItsRunsAndShowsOne) {
  auto runs = on({"--output", "json", "runs"}).json()["runs"];
  ASSERT_FALSE(runs.empty());
  EXPECT_EQ(runs.back()["job"], "nightly");
  auto report =
      on({"--output", "json", "runs", "show", std::to_string(runs.back()["run"].get<uint64_t>())});
  EXPECT_EQ(report.json()["profiles"]["total"], 60);
  EXPECT_EQ(on({"runs", "show", "99999"}).exit_code, 2);
}

TEST_F(District, TellsTheStateOfSourcesAndDestinations) {
  auto status = on({"--output", "json", "status"}).json();
  EXPECT_FALSE(status["sources"].empty());
  for (const auto& destination : status["destinations"]) {
    if (destination["destination"] == "district_record") {
      EXPECT_EQ(destination["sent"], 60);
    }
  }
}

TEST_F(District, MasksAProfile) {
  auto said = on({"--output", "json", "profile", a_student()});
  ASSERT_EQ(said.exit_code, 0) << said.err;
  EXPECT_EQ(said.json()["birthDate"], "9999-99-99");
  EXPECT_THAT(said.json()["id"].get<std::string>(), HasSubstr("p-"));
}

TEST_F(District, ShowsAProfileOnlyWithAReason) {
  EXPECT_EQ(on({"profile", a_student(), "--show"}).exit_code, 2);
  auto said = on({"--output", "json", "profile", a_student(), "--show", "--why",
                  "a test of an invented child"});
  ASSERT_EQ(said.exit_code, 0) << said.err;
  EXPECT_NE(said.json()["birthDate"], "9999-99-99");
}

TEST_F(District, FindsAStudentByEveryWayOfNaming) {
  auto id = on({"--output", "json", "profile", a_student()}).json()["id"].get<std::string>();
  EXPECT_EQ(on({"--output", "json", "profile", id}).json()["id"], id);
  EXPECT_EQ(on({"--output", "json", "profile", "-"}, a_student() + "\n").json()["id"], id);
  auto shown =
      on({"--output", "json", "profile", id, "--show", "--why", "a test of an invented child"})
          .json();
  auto number = shown["identifiers"]["district"].get<std::string>();
  EXPECT_EQ(on({"--output", "json", "profile", "district:" + number}).json()["id"], id);
}

TEST_F(District, NeverRepeatsWhatAnUnknownStudentWasCalled) {
  auto said = on({"profile", "sis:nobody-4711"});
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_THAT(said.err + said.out, Not(HasSubstr("4711")));
}

TEST_F(District, ExplainsAField) {
  auto said = on({"--output", "json", "explain", a_student(), "birthDate"});
  ASSERT_EQ(said.exit_code, 0) << said.err;
  auto story = said.json()["fields"].at(0);
  EXPECT_EQ(story["says"]["source"], "sis");
  EXPECT_THAT(story["says"]["where"].get<std::string>(), HasSubstr("demographics.csv line "));
  EXPECT_THAT(story["through"]["place"].get<std::string>(), HasSubstr("sis.yaml:"));
  EXPECT_THAT(story["through"]["expression"].get<std::string>(), HasSubstr("birthDate"));
  EXPECT_FALSE(story["chosen"].get<std::string>().empty());
  EXPECT_EQ(story["shared_with"].size(), 3u);
}

TEST_F(District, ExplainsInAFixedOrder) {
  auto text = on({"explain", a_student(), "birthDate"}).out;
  std::size_t at = 0;
  for (const char* head : {"says", "through", "chosen", "shared with", "same child"}) {
    auto next = text.find(std::string("\n  ") + head, at);
    ASSERT_NE(next, std::string::npos) << head << " in\n" << text;
    at = next;
  }
}

TEST_F(District, ExplainsOneRowOfAList) {
  auto said = on({"--output", "json", "explain", a_student(), "enrollments[0].gradeLevel"});
  ASSERT_EQ(said.exit_code, 0) << said.err;
  auto told = said.json();
  ASSERT_EQ(told["fields"].size(), 1u);
  auto story = told["fields"].at(0);
  EXPECT_EQ(story["field"], "enrollments[0].gradeLevel");
  EXPECT_EQ(story["says"]["source"], "sis");
  EXPECT_THAT(story["says"]["where"].get<std::string>(), HasSubstr(" line "));
  EXPECT_THAT(story["through"]["place"].get<std::string>(), HasSubstr("sis.yaml:"));
  EXPECT_EQ(story["chosen"], "only sis says it");
  EXPECT_FALSE(story["shape"].get<std::string>().empty());
}

TEST_F(District, SaysHowRowsAreCounted) {
  auto missing = on({"explain", a_student(), "enrollments[99]"});
  EXPECT_EQ(missing.exit_code, 2);
  EXPECT_THAT(missing.err, HasSubstr("no enrollments[99]; rows are counted from 0"));
  auto wrong = on({"explain", a_student(), "enrollments[first]"});
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_THAT(wrong.err, HasSubstr("enrollments[0]"));
}

TEST_F(District, TellsWhichRowsHeldOnADay) {
  auto rows = [](const std::string& day) {
    auto said = on({"--output", "json", "profile", a_student(), "--as-of", day});
    EXPECT_EQ(said.exit_code, 0) << said.err;
    return said.json().value("caseloads", nlohmann::json::array()).size();
  };
  EXPECT_EQ(rows("1990-01-01"), 0u);
  EXPECT_GT(rows("2030-01-13"), 0u);
  EXPECT_EQ(on({"profile", a_student(), "--as-of", "soon"}).exit_code, 2);
}

TEST_F(District, SuggestsTheFieldThatWasMeant) {
  auto said = on({"explain", a_student(), "birthdate"});
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_THAT(said.err, HasSubstr("did you mean birthDate?"));
}

TEST_F(District, ListsWhatIsSetAsideWithPlaceAndReason) {
  auto aside = on({"--output", "json", "quarantine", "list"}).json()["set_aside"];
  for (const auto& row : aside) {
    EXPECT_FALSE(row["why"].get<std::string>().empty());
    EXPECT_EQ(on({"quarantine", "show", row["id"]}).exit_code, 0);
  }
  EXPECT_EQ(on({"quarantine", "show", "0-0"}).exit_code, 2);
}

TEST_F(District, RefusesAnUnknownJobWithASuggestion) {
  auto said = on({"run", "nigthly"});
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_THAT(said.err, HasSubstr("did you mean nightly?"));
}

TEST_F(District, MakesTheFolderOfANewStoreForItsOwnerAlone) {
  Folder folder;
  auto store = folder.path() / "deep" / "stores" / "hub.db";
  auto said = on({"--set", "store=sqlite:" + store.string(), "--set",
                  "out=" + (folder.path() / "out").string(), "run", "nightly"});
  EXPECT_THAT(said.exit_code, ::testing::AnyOf(0, 3)) << said.err;
  EXPECT_TRUE(fs::exists(store));
  EXPECT_EQ(fs::status(store.parent_path()).permissions(), fs::perms::owner_all);
}

TEST_F(District, AnswersFiveWhileAnotherRunHoldsTheStore) {
  world::SystemClock clock;
  world::Lock lock(workspace() / "homeroom.db.lock", "run nightly", clock);
  auto said = on({"run", "nightly"});
  EXPECT_EQ(said.exit_code, 5);
  EXPECT_THAT(said.err, HasSubstr("run nightly"));
  EXPECT_EQ(on({"status"}).exit_code, 0) << "looking needs no lock";
}

TEST(Program, RefusesAnUnknownVerb) {
  EXPECT_EQ(homeroom({"runn"}).exit_code, 2);
}

TEST(Program, SaysWhatToDoInAWorkspaceWithoutARun) {
  Folder folder;
  homeroom({"init", folder.path() / "w"});
  auto said = homeroom({"--workspace", folder.path() / "w", "status"});
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_THAT(said.err, HasSubstr("homeroom run"));
  EXPECT_FALSE(fs::exists(folder.path() / "w" / "homeroom.keys"));
}

}  // namespace
}  // namespace homeroom::cli
