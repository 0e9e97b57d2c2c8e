// A child is forgotten: in the store, in every copy of the data taken before, and from then on. The
// others stay whole.
#include <gmock/gmock.h>

#include "homeroom/error.hpp"
#include "hub/keys/keys.hpp"
#include "hub/sqlite/sqlite.hpp"
#include "hub/store/store.hpp"
#include "tests/flows/pretend.hpp"

namespace homeroom::flows {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
namespace fs = std::filesystem;

constexpr uint32_t sis = 1, agency = 2;
constexpr int students = 30;

/// Opens one sealed thing and says whether that could be done.
template <class Open>
bool opens(Open open) {
  try {
    open();
    return true;
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("destroyed"));
    return false;
  }
}

class Shred : public ::testing::Test {
 protected:
  /// Of Anna, number 9001: a record in the roster, one of the agency, a correction, and a row that
  /// was set aside the second night.
  void SetUp() override {
    put_students("9001,Anna,Testwood,2014-11-03");
    pretend_.referrals({"R1,Anna,Testwood,2014-11-03", "R2,First7,Sampleton7,2014-11-07"});
    pretend_.night();
    must({"correct", "district:9001", "name.middle", "--value", "Zyxw", "--why",
          "the mother called"});
    put_students("9001,Anna,,2014-11-03", "9002,First2,,2014-11-02");
    EXPECT_EQ(pretend_.say({"run", "nightly"}).exit_code, 3);
    EXPECT_EQ(pretend_.ask({"quarantine", "list"})["set_aside"].size(), 2u);
  }
  void put_students(const std::string& first,
                    const std::string& second = "9002,First2,Sampleton2,2014-11-02") const {
    std::vector<std::string> lines{first, second};
    for (int i = 3; i <= students; ++i)
      lines.push_back(std::to_string(9000 + i) + ",First" + std::to_string(i) + ",Sampleton" +
                      std::to_string(i) + ",2014-11-" + (i < 10 ? "0" : "") + std::to_string(i));
    pretend_.students(lines);
  }
  void must(const std::vector<std::string>& verb) const {
    auto said = pretend_.say(verb);
    EXPECT_EQ(said.exit_code, 0) << said.err;
  }
  nlohmann::json shred(const std::string& who = "sis:9001") const {
    return pretend_.ask({"keys", "shred", who, "--why", "the family asked"});
  }
  std::map<std::string, std::string> profiles() const {
    std::map<std::string, std::string> all;
    for (int i : {2, 7, students}) {
      auto who = "district:" + std::to_string(9000 + i);
      all[who] = pretend_.ask({"profile", who}).dump();
    }
    return all;
  }

  struct Opened {
    std::unique_ptr<keys::KeyRing> keys;
    std::unique_ptr<store::Store> store;
  };
  /// A file of data, with the keys of today.
  Opened opened(const std::string& file) const {
    auto tenant =
        sqlite::Database(pretend_.at(file), sqlite::Access::read).text("SELECT tenant FROM store");
    Opened all;
    all.keys = keys::KeyRing::open(pretend_.at("hub.keys"), tenant);
    all.store = store::Store::open("sqlite:" + pretend_.at(file), tenant, *all.keys, false);
    return all;
  }
  static std::vector<uint32_t> nodes_of(store::Store& store, uint32_t source) {
    std::vector<uint32_t> nodes;
    for (const auto& link : store.links(source)) nodes.push_back(link.node);
    return nodes;
  }

  Pretend pretend_;
};

TEST_F(Shred, TakesAllThatIsSaidOfTheChildAndTellsDestinations) {
  auto others = profiles();
  auto done = shred();
  EXPECT_EQ(done["records"], 2);
  EXPECT_EQ(done["set_aside"], 1);
  EXPECT_EQ(done["reasons"], 1);
  EXPECT_EQ(done["destinations_to_tell"], 1);
  EXPECT_EQ(pretend_.say({"profile", "district:9001"}).exit_code, 2);
  EXPECT_EQ(pretend_.say({"explain", "district:9001"}).exit_code, 2);
  EXPECT_EQ(pretend_.say({"profile", done["student"]}).exit_code, 2);
  EXPECT_EQ(profiles(), others);
  EXPECT_EQ(pretend_.ask({"quarantine", "list"})["set_aside"].size(), 1u);
  EXPECT_THAT(pretend_.ask({"corrections", "list"})["corrections"], IsEmpty());
  auto night = pretend_.say({"--output", "json", "run", "nightly"}).json();
  EXPECT_EQ(night["deliveries"][0]["removed"], 1);
  EXPECT_EQ(night["sources"][0]["streams"][0]["refused"], 1) << "the roster still sends the child";
  EXPECT_EQ(night["sources"][1]["streams"][0]["refused"], 1);
  EXPECT_EQ(night["persons"]["students"], students - 1);
  EXPECT_THAT(pretend_.record(), Not(HasSubstr("9001")));
  EXPECT_EQ(profiles(), others);
  EXPECT_THAT(pretend_.say({"audit", "verify"}).out, HasSubstr("2 audit entries"));
}

TEST_F(Shred, ASecondTimeDoesNothingAndKeepsTheReasonOfTheFirst) {
  auto done = shred();
  EXPECT_EQ(done["forgotten_before"], "");
  auto reasons_destroyed = [&] {
    auto status = pretend_.ask({"keys", "status"});
    for (const auto& one : status["keys"])
      if (one["of"] == "reasons in the audit log") return one["destroyed"].get<int>();
    return -1;
  };
  auto before = reasons_destroyed();
  for (std::string who : {done["student"].get<std::string>(), std::string("sis:9001")}) {
    auto again = shred(who);
    EXPECT_NE(again["forgotten_before"], "");
    EXPECT_EQ(again["reasons"], 0);
  }
  EXPECT_EQ(reasons_destroyed(), before);
  EXPECT_THAT(pretend_.say({"audit", "verify"}).out, HasSubstr("2 audit entries"));
  EXPECT_THAT(pretend_.say({"keys", "shred", "sis:9001", "--why", "again"}).out,
              HasSubstr("is already forgotten, since "));
}

TEST_F(Shred, NothingOfTheChildOpensInABackupOfBeforeAndTheOthersDo) {
  must({"backup", "--out", pretend_.at("backup")});
  auto before = opened("backup/store.db");
  auto all_sis = nodes_of(*before.store, sis), all_agency = nodes_of(*before.store, agency);
  auto asides = before.store->quarantine();
  ASSERT_EQ(all_sis.size(), static_cast<std::size_t>(students));
  ASSERT_EQ(all_agency.size(), 2u);
  ASSERT_EQ(asides.size(), 2u);
  auto anna = before.store->profile(0);
  ASSERT_TRUE(opens([&] { before.store->features(sis, all_sis[0]); }));
  before = {};
  shred();

  auto after = opened("backup/store.db");
  auto hub = opened("hub.db");
  int frames = 0, profiles = 0, persons = 0;
  std::set<uint32_t> gone;
  for (auto node : all_sis)
    if (opens([&] { after.store->node(sis, node); }))
      ++frames;
    else
      gone.insert(node);
  EXPECT_EQ(frames, students - 1);
  EXPECT_EQ(gone.size(), 1u);
  EXPECT_TRUE(opens([&] { after.store->node(agency, all_agency[1]); }));
  EXPECT_FALSE(opens([&] { after.store->node(agency, all_agency[0]); }));
  after.store->each_person([&](const store::Person& person) {
    ++persons;
    profiles += opens([&] { after.store->profile(person.number); });
  });
  EXPECT_EQ(persons, students);
  EXPECT_EQ(profiles, students - 1);
  EXPECT_FALSE(opens([&] { after.store->corrections(); }));
  EXPECT_FALSE(opens([&] { after.store->quarantine(); }));
  // Pages that the child shared with others are noise in the backup, and new ones in the store.
  std::vector<uint32_t> found;
  EXPECT_FALSE(opens([&] { after.store->features(sis, all_sis[0]); }));
  EXPECT_FALSE(opens([&] { after.store->postings(sis, 1, found); }));
  for (auto node : all_sis)
    EXPECT_EQ(hub.store->features(sis, node).empty(), gone.contains(node)) << node;
  EXPECT_THAT(nodes_of(*hub.store, sis), Not(Contains(*gone.begin())));
}

TEST_F(Shred, ARestoredBackupHasEverybodyElseAndGoesOnAsIfNothingHadBeen) {
  must({"backup", "--out", pretend_.at("backup")});
  auto others = profiles();
  shred();
  EXPECT_EQ(pretend_.say({"run", "nightly"}).exit_code, 0);
  auto undisturbed = pretend_.record();
  auto restored =
      pretend_.ask({"restore", "--from", pretend_.at("backup"), "--replace", "--why", "x"});
  EXPECT_EQ(restored["forgotten"], 2);
  EXPECT_EQ(pretend_.say({"profile", "district:9001"}).exit_code, 2);
  EXPECT_EQ(profiles(), others);
  auto said = pretend_.say({"run", "nightly", "--approve", "moved_store", "--why", "a test"});
  EXPECT_EQ(said.exit_code, 0) << said.out << said.err;
  EXPECT_EQ(pretend_.record(), undisturbed);
  EXPECT_EQ(profiles(), others);
  EXPECT_EQ(pretend_.records()["9007"], std::vector<std::string>{"agency:R2 strong"});
}

TEST_F(Shred, KeysPutBackFromACopyOfBeforeForgetAgain) {
  must({"backup", "--out", pretend_.at("old"), "--keys-out", pretend_.at("old-keys")});
  shred();
  must({"backup", "--out", pretend_.at("new")});
  for (const char* file : {"hub.db", "hub.keys", "hub.keys.keydb"}) fs::remove(pretend_.at(file));
  must({"restore", "--from", pretend_.at("new"), "--keys-from", pretend_.at("old-keys"), "--why",
        "all was lost"});
  EXPECT_EQ(pretend_.say({"profile", "district:9001"}).exit_code, 2);
  must({"restore", "--from", pretend_.at("old"), "--replace", "--why", "older still"});
  EXPECT_EQ(pretend_.say({"profile", "district:9001"}).exit_code, 2);
  EXPECT_EQ(pretend_.say({"profile", "district:9002"}).exit_code, 0);
}

TEST_F(Shred, WhatTwoCopiesOfTheKeysForgotIsForgottenByTheStoreThatIsPutBack) {
  must({"backup", "--out", pretend_.at("old"), "--keys-out", pretend_.at("old-keys")});
  shred("sis:9001");
  must({"backup", "--out", pretend_.at("new")});
  for (const char* file : {"hub.db", "hub.keys", "hub.keys.keydb"}) fs::remove(pretend_.at(file));
  must({"restore", "--from", pretend_.at("old"), "--keys-from", pretend_.at("old-keys"), "--why",
        "all was lost, and both copies are of before"});
  EXPECT_EQ(pretend_.say({"profile", "district:9001"}).exit_code, 0);
  shred("sis:9002");
  must({"restore", "--from", pretend_.at("new"), "--replace", "--why", "it was found"});
  for (const char* when : {"put back", "after a night"}) {
    EXPECT_EQ(pretend_.say({"profile", "district:9001"}).exit_code, 2) << when;
    EXPECT_EQ(pretend_.say({"profile", "district:9002"}).exit_code, 2) << when;
    EXPECT_EQ(pretend_.say({"profile", "district:9003"}).exit_code, 0) << when;
    auto night = pretend_.say({"run", "nightly", "--approve", "moved_store", "--why", "a test"});
    EXPECT_NE(night.exit_code, 1) << night.out << night.err;
  }
}

/// Killed when the keys are gone and the store does not know it yet: its data is that of before.
TEST_F(Shred, StoppedBetweenKeysAndStoreIsDoneByTheNextRun) {
  auto others = profiles();
  fs::copy(pretend_.at("hub.db"), pretend_.at("before"));
  shred();
  fs::rename(pretend_.at("before"), pretend_.at("hub.db"));
  auto night = pretend_.say({"--output", "json", "run", "nightly"});
  EXPECT_EQ(night.exit_code, 0) << night.err << night.out;
  EXPECT_EQ(night.json()["deliveries"][0]["removed"], 1);
  EXPECT_EQ(pretend_.say({"profile", "district:9001"}).exit_code, 2);
  EXPECT_EQ(profiles(), others);
}

TEST_F(Shred, AChildWhoLeftIsFoundByIdAndNumberOfTheRoster) {
  auto id = pretend_.ask({"profile", "district:9005"})["id"].get<std::string>();
  auto lines = cli::whole(pretend_.at("data/students.csv"));
  auto line = lines.find("9005,");
  pretend_.write("students.csv", lines.erase(line, lines.find('\n', line) + 1 - line));
  EXPECT_EQ(pretend_.say({"run", "nightly"}).exit_code, 0);
  EXPECT_EQ(pretend_.say({"profile", id}).exit_code, 2);
  EXPECT_EQ(shred("sis:9005")["student"], id);
  EXPECT_EQ(pretend_.say({"keys", "shred", "sis:1234", "--why", "x"}).exit_code, 2);
  EXPECT_EQ(pretend_.say({"keys", "shred", id, "--why", " "}).exit_code, 2) << "wants a reason";
}

}  // namespace
}  // namespace homeroom::flows
