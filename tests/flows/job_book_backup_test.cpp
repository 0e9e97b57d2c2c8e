// The book of jobs in a backup: schedules and pauses stand up again where all is lost.
#include <gmock/gmock.h>

#include "tests/flows/pretend.hpp"

namespace homeroom::flows {
namespace {

TEST(BackupOfTheBookOfJobs, StandsUpWhereItIsLostAndYieldsToOneThatIsThere) {
  Pretend pretend;
  pretend.students({"9001,Anna,Testwood,2014-11-03"});
  pretend.referrals({});
  auto file = pretend.at("workspace/homeroom.yaml");
  auto text = cli::whole(file);
  auto job = std::string("nightly: {sources: all, destinations: all");
  std::ofstream(file) << text.insert(text.find(job) + job.size(), ", at: \"03:15\"");
  pretend.night();
  auto must = [&](const std::vector<std::string>& verb) {
    auto said = pretend.say(verb);
    ASSERT_EQ(said.exit_code, 0) << said.err;
  };
  auto paused = [&] { return pretend.ask({"schedule", "list"})["schedules"].at(0)["paused"]; };
  auto restore = std::vector<std::string>{"restore",   "--from", pretend.at("backup"),
                                          "--replace", "--why",  "a drill"};

  must({"schedule", "pause", "nightly", "--why", "a holiday"});
  must({"backup", "--out", pretend.at("backup")});
  must({"schedule", "resume", "nightly"});
  must(restore);
  EXPECT_EQ(paused(), nullptr) << "a book that is here is newer";
  for (const char* ending : {"", "-wal", "-shm"})
    std::filesystem::remove(pretend.at(std::string("hub.db.jobs") + ending));
  must(restore);
  EXPECT_EQ(paused(), "a holiday");
}

}  // namespace
}  // namespace homeroom::flows
