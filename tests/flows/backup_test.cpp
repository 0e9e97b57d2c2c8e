// A backup taken, the store lost or gone wrong, the backup put back: nothing is sent from it until
// a person says so, and then every destination ends as if nothing had happened.
#include <chrono>
#include <set>
#include <thread>

#include <gmock/gmock.h>

#include "tests/cluster/kinds.hpp"
#include "tests/flows/pretend.hpp"

namespace homeroom::flows {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
namespace fs = std::filesystem;

const std::vector<std::string> students{"9001,Anna,Testwood,2014-11-03",
                                        "9002,Otto,Sampleton,2015-02-20"};

class Backup : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    pretend_.put(tests::location_of(GetParam(), pretend_.at("hub.db")));
    if (pretend_.location().empty()) GTEST_SKIP() << tests::Cluster::how_to_install;
    pretend_.students(students);
    pretend_.referrals({"R1,Anna,Testwood,2014-11-03"});
    pretend_.night();
  }
  cli::Said back_up(const std::string& name = "backup") const {
    return pretend_.say({"--output", "json", "backup", "--out", pretend_.at(name), "--keys-out",
                         pretend_.at(name + "-keys")});
  }
  cli::Said restore(std::vector<std::string> more = {}) const {
    std::vector<std::string> verb{"restore", "--from", pretend_.at("backup"), "--why", "a drill"};
    verb.insert(verb.end(), more.begin(), more.end());
    return pretend_.say(verb);
  }
  /// A student more and another name, after the backup.
  void second_day() const {
    pretend_.students(
        {students[0], "9002,Otto,Samplefield,2015-02-20", "9003,Ida,Mockridge,2014-12-24"});
    pretend_.night();
  }
  Pretend pretend_;
};

TEST_P(Backup, IsReadBackWholeAndSaysOfWhichGenerationItIs) {
  auto said = back_up();
  EXPECT_EQ(said.exit_code, 0) << said.err;
  EXPECT_EQ(said.json()["generation"], 1);
  EXPECT_EQ(fs::file_size(pretend_.at("backup/store.db")), said.json()["bytes"]);
}

TEST_P(Backup, RestoredIsTheStoreOfThatDay) {
  back_up();
  auto profile = pretend_.ask({"profile", "district:9002"});
  second_day();
  EXPECT_NE(pretend_.ask({"profile", "district:9002"}), profile);
  EXPECT_EQ(restore({"--replace"}).exit_code, 0);
  EXPECT_EQ(pretend_.ask({"profile", "district:9002"}), profile);
  EXPECT_TRUE(fs::exists(pretend_.at("hub.db.before-restore")));
}

TEST_P(Backup, SaysWhatOnlyTheStoreOfBeforeCanAnswerFor) {
  back_up();
  EXPECT_THAT(restore({"--replace"}).out, HasSubstr("remove it when you are sure"));
  back_up("another");
  pretend_.ask({"profile", "district:9001", "--show", "--why", "the counsellor asked"});
  auto said =
      pretend_.say({"restore", "--from", pretend_.at("another"), "--replace", "--why", "x"});
  EXPECT_THAT(said.out, HasSubstr("before-restore-2. Keep it: it alone has what was recorded "
                                  "after the backup (audit entries: 1)"));
}

TEST_P(Backup, SendsNothingUntilAPersonSaysSoAndThenEverythingAbove) {
  second_day();
  auto before = pretend_.record();
  back_up();
  ASSERT_EQ(restore({"--replace"}).exit_code, 0);
  fs::remove(pretend_.at("out/record.ndjson"));

  auto held = pretend_.say({"--output", "json", "run", "nightly"});
  EXPECT_EQ(held.json()["deliveries"][0]["held"], 3) << held.out;
  EXPECT_THAT(held.json()["trouble"].dump(), HasSubstr("--approve moved_store"));
  EXPECT_FALSE(fs::exists(pretend_.at("out/record.ndjson")));

  auto sent = pretend_.ask({"run", "nightly", "--approve", "moved_store", "--why", "a drill"});
  EXPECT_EQ(sent["deliveries"][0]["delivered"], 3);
  EXPECT_EQ(pretend_.record(), before);
  auto quiet = pretend_.night();
  EXPECT_EQ(quiet["deliveries"][0]["unchanged"], 3);
}

TEST_P(Backup, WithItsKeysStandsUpWhereAllIsLost) {
  back_up();
  auto profile = pretend_.ask({"profile", "district:9001"});
  for (const char* lost : {"hub.keys", "hub.keys.keydb"})
    ASSERT_TRUE(fs::remove(pretend_.at(lost))) << lost;
  if (pretend_.is_elsewhere())
    pretend_.put(tests::Cluster::of_this_program().new_tenant());
  else
    fs::remove(pretend_.at("hub.db"));
  auto without = restore();
  EXPECT_EQ(without.exit_code, 2);
  EXPECT_THAT(without.err, HasSubstr("--keys-from"));
  EXPECT_EQ(restore({"--keys-from", pretend_.at("backup-keys")}).exit_code, 0);
  EXPECT_EQ(pretend_.ask({"profile", "district:9001"}), profile);
}

TEST_P(Backup, ThatWasChangedIsNotPutBack) {
  back_up();
  auto data = pretend_.at("backup/store.db");
  auto bytes = cli::whole(data);
  bytes[bytes.size() / 2] ^= 1;
  fs::permissions(data, fs::perms::owner_all);
  std::ofstream(data, std::ios::binary) << bytes;
  auto said = restore({"--replace"});
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_THAT(said.err, HasSubstr("it is not as it was written"));
  EXPECT_EQ(pretend_.night()["profiles"]["unchanged"], 2);
}

TEST_P(Backup, ReplacesNoStoreUnasked) {
  back_up();
  auto said = restore();
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_THAT(said.err, HasSubstr("--replace"));
}

TEST_P(Backup, KeepsKeysApartFromData) {
  auto said =
      pretend_.say({"backup", "--out", pretend_.at("b"), "--keys-out", pretend_.at("b/keys")});
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_THAT(said.err, HasSubstr("lie apart"));
  EXPECT_FALSE(fs::exists(pretend_.at("b")));
}

TEST_P(Backup, ThatFailsLeavesNothingThatLooksLikeOne) {
  fs::remove(pretend_.at("hub.keys"));
  auto said = back_up();
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_THAT(said.err, HasSubstr("hub.keys is missing"));
  EXPECT_FALSE(fs::exists(pretend_.at("backup")));
}

TEST_P(Backup, HoldsNothingOfAStudentInTheClear) {
  back_up();
  for (const char* file : {"backup/store.db", "backup/backup.json", "backup-keys/homeroom.keys",
                           "backup-keys/homeroom.keys.keydb"}) {
    auto bytes = cli::whole(pretend_.at(file));
    EXPECT_THAT(bytes, Not(IsEmpty())) << file;
    EXPECT_EQ(bytes.find("Testwood"), std::string::npos) << file;
  }
}

TEST_P(Backup, AuditVerifyFindsTheHeadsOfYesterday) {
  pretend_.ask({"profile", "district:9001", "--show", "--why", "the counsellor asked"});
  auto said = pretend_.ask({"audit", "verify"});
  EXPECT_EQ(said["whole"], true);
  EXPECT_EQ(said["chains"][1]["entries"], 1);
  auto head = said["chains"][1]["head"].get<std::string>();
  pretend_.ask({"profile", "district:9002", "--show", "--why", "the counsellor asked"});
  EXPECT_EQ(pretend_.say({"audit", "verify", "--head", head}).exit_code, 0);
  auto lost = pretend_.say({"audit", "verify", "--head", std::string(64, 'a')});
  EXPECT_EQ(lost.exit_code, 1);
  EXPECT_THAT(lost.out, HasSubstr("LOST"));
}

/// A destination that is told changes, each with a sequence.
class BackupOfChanges : public Backup {
 protected:
  void SetUp() override {
    auto file = pretend_.at("workspace/homeroom.yaml");
    auto text = cli::whole(file);
    text.replace(text.find("deliver: snapshot"), 17, "deliver: changes");
    std::ofstream(file) << text;
    Backup::SetUp();
  }
  /// The last sequence that the destination was told of each student, in the order of files.
  std::map<std::string, uint64_t> sequences() const {
    std::set<std::string> files;
    for (const auto& entry : fs::directory_iterator(pretend_.at("out")))
      if (entry.path().extension() == ".ndjson") files.insert(entry.path().string());
    std::map<std::string, uint64_t> last;
    for (const auto& file : files) {
      std::ifstream in(file);
      for (std::string line; std::getline(in, line);) {
        auto told = nlohmann::json::parse(line);
        last[told["id"]] = told["sequence"];
      }
    }
    return last;
  }
};

TEST_P(BackupOfChanges, SendsAboveWhatWasSentSinceAlsoWhenPutBackTwice) {
  back_up();
  auto take_over = [&] {
    EXPECT_EQ(restore({"--replace"}).exit_code, 0);
    pretend_.ask({"run", "nightly", "--approve", "moved_store", "--why", "a drill"});
    return sequences();
  };
  auto before = sequences();
  auto once = take_over();
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));  // the life of a store has seconds
  auto twice = take_over();
  ASSERT_THAT(before, SizeIs(2));
  for (const auto& [id, sequence] : before) {
    EXPECT_GT(once[id], sequence);
    EXPECT_GT(twice[id], once[id]);
  }
}

/// A file is copied by anybody.
class MovedFile : public BackupOfChanges {};

TEST_P(MovedFile, ACopyInAnotherFolderTakesOverInTheSameWay) {
  auto before = sequences();
  fs::create_directory(pretend_.at("elsewhere"));
  for (const char* file : {"hub.db", "hub.keys", "hub.keys.keydb"})
    fs::rename(pretend_.at(file), pretend_.at(std::string("elsewhere/") + file));
  auto run = [&](std::vector<std::string> more) {
    more.insert(more.begin(),
                {"--output", "json", "--set", "store=sqlite:" + pretend_.at("elsewhere/hub.db"),
                 "run", "nightly"});
    return pretend_.say(more);
  };
  EXPECT_EQ(run({}).json()["deliveries"][0]["held"], 2);
  EXPECT_EQ(run({}).exit_code, 3);
  auto sent = run({"--approve", "moved_store", "--why", "a new machine"});
  EXPECT_EQ(sent.json()["deliveries"][0]["delivered"], 2) << sent.out;
  for (const auto& [id, sequence] : before) EXPECT_GT(sequences()[id], sequence);
}

/// A disk that was not mounted, a file that somebody moved away.
class LostFile : public BackupOfChanges {
 protected:
  void lose() const {
    for (const char* end : {"", "-wal", "-shm"}) fs::remove(pretend_.at("hub.db") + end);
  }
  cli::Said run(std::vector<std::string> more) const {
    more.insert(more.begin(), {"--output", "json", "run", "nightly"});
    return pretend_.say(more);
  }
  std::vector<std::string> approval_{"--approve", "lost_store", "--why", "the disk is gone"};
};

TEST_P(LostFile, IsNotTakenForADistrictWithoutAStore) {
  auto told = sequences();
  lose();
  for (const auto& verb : {"run", "plan"}) {
    auto said = pretend_.say({verb, "nightly"});
    EXPECT_EQ(said.exit_code, 2) << verb;
    EXPECT_THAT(said.err, HasSubstr("hub.db is not there"));
    EXPECT_THAT(said.err, HasSubstr("homeroom run JOB --approve lost_store --why TEXT"));
  }
  EXPECT_FALSE(fs::exists(pretend_.at("hub.db")));
  EXPECT_EQ(sequences(), told);
}

TEST_P(LostFile, IsReplacedWhenAPersonSaysSoAndTheNewOneSendsAboveIt) {
  auto before = sequences();
  lose();
  auto said = run(approval_);
  ASSERT_EQ(said.exit_code, 0) << said.err;
  EXPECT_EQ(said.json()["deliveries"][0]["delivered"], 2);
  ASSERT_THAT(before, SizeIs(2));
  for (const auto& [id, sequence] : before) EXPECT_GT(sequences()[id], sequence);
  EXPECT_EQ(run({}).exit_code, 0);
}

TEST_P(LostFile, MayBePutBackWhereItWas) {
  back_up();
  lose();
  ASSERT_EQ(restore().exit_code, 0);
  EXPECT_EQ(run({"--approve", "moved_store", "--why", "a drill"}).exit_code, 0);
}

TEST(FirstNight, ThatFailedMayBeRepeated) {
  Pretend pretend;
  EXPECT_EQ(pretend.say({"run", "nightly"}).exit_code, 1);
  ASSERT_TRUE(fs::exists(pretend.at("hub.keys")));
  pretend.students(students);
  pretend.referrals({});
  EXPECT_EQ(pretend.night()["profiles"]["total"], 2);
}

INSTANTIATE_TEST_SUITE_P(On, LostFile, ::testing::Values(tests::on_sqlite), tests::name_of_store);
INSTANTIATE_TEST_SUITE_P(On, Backup, tests::both_stores(), tests::name_of_store);
INSTANTIATE_TEST_SUITE_P(On, BackupOfChanges, tests::both_stores(), tests::name_of_store);
INSTANTIATE_TEST_SUITE_P(On, MovedFile, ::testing::Values(tests::on_sqlite), tests::name_of_store);

}  // namespace
}  // namespace homeroom::flows
