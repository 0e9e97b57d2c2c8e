// homeroom serve on a synthetic district: the nightly job by its schedule, kill -9 in the middle of
// one, and what the next start makes of it.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/file.h>

#include "hub/sqlite/sqlite.hpp"
#include "hub/world/wall_clock.hpp"
#include "hub/world/world.hpp"
#include "tests/flows/district.hpp"
#include "tests/server/daemon.hpp"

namespace homeroom::server {
namespace {

using flows::District;
using testing::HasSubstr;

constexpr int64_t minute = 60'000;

class Serve : public testing::Test {
 protected:
  std::vector<std::string> words(const std::string& day) const {
    auto at = [&](const std::string& name) { return (district_.folder() / name).string(); };
    return {"--workspace", at("workspace"),
            "--set",       "data=" + at("data/" + day),
            "--set",       "store=sqlite:" + at("a.db"),
            "--set",       "out=" + at("a-out")};
  }
  RunningDaemon start(const std::string& day) const {
    return RunningDaemon(words(day), district_.folder() / "log");
  }

  /// The nightly job has its time so many minutes ago, and nobody has looked at the clock since.
  void make_due(int64_t minutes_ago) {
    auto planned = world::SystemClock().now_ms() - minutes_ago * minute;
    auto at = world::local_minute(planned, "America/New_York");
    char text[16];
    std::snprintf(text, sizeof text, "%02d:%02d", at / 60, at % 60);
    auto file = district_.workspace("homeroom.yaml");
    District::replace(file, nightly_,
                      "nightly: {sources: all, destinations: all, catch_up: 3 hours, at: \"" +
                          std::string(text) + "\"}");
    nightly_ = "nightly: {sources: all, destinations: all, catch_up: 3 hours, at: \"" +
               std::string(text) + "\"}";
    ASSERT_EQ(district_.ask("a", "schedule list")["schedules"][0]["job"], "nightly");
    sqlite::Database book(district_.folder() / "a.db.jobs", sqlite::Access::write);
    book.run(("REPLACE INTO schedule VALUES('nightly', " + std::to_string(planned - 2 * minute) +
              ", 0, 0, 0, NULL, '', '', 0)")
                 .c_str());
  }

  /// A run is at work in the store.
  bool is_locked() const {
    world::File lock(open((district_.folder() / "a.db.lock").c_str(), O_RDWR | O_CLOEXEC));
    return lock.descriptor() >= 0 && flock(lock.descriptor(), LOCK_SH | LOCK_NB) != 0;
  }
  std::string state_of_last_run() const {
    return district_.ask("a", "schedule list")["schedules"][0]["last"]["status"];
  }

  District district_{1500};
  std::string nightly_ = "nightly:        {sources: all, destinations: all}";
};

TEST_F(Serve, RunsTheNightlyJobAndEndsRightAfterAKillInTheMiddle) {
  make_due(1);
  {
    auto daemon = start("day1");
    ASSERT_TRUE(daemon.logs("run_ends")) << daemon.said();
    EXPECT_EQ(daemon.entries("run_ends")[0]["status"], "succeeded") << daemon.said();
    EXPECT_THAT(daemon.ask("/livez"), HasSubstr("200 OK"));
    EXPECT_THAT(daemon.ask("/readyz"), HasSubstr("200 OK"));
    EXPECT_THAT(daemon.ask("/metrics"),
                AllOf(HasSubstr("homeroom_runs_total{job=\"nightly\",status=\"succeeded\"} 1"),
                      HasSubstr("homeroom_source_lag_seconds{source=\"sis\"} "),
                      HasSubstr("homeroom_delivery_unknown{destination=\"nurses\"} 0")));
    EXPECT_EQ(daemon.end(SIGTERM), 0);
    EXPECT_EQ(daemon.entries("stopped").size(), 1u);
  }
  district_.copy("a", "b");
  ASSERT_EQ(district_.night("b", "day2-full").exit_code, 0);

  make_due(5);
  {
    auto daemon = start("day2-full");
    ASSERT_TRUE(daemon.logs("run_begins"));
    ASSERT_TRUE(becomes([&] { return is_locked(); })) << daemon.said();
    EXPECT_EQ(daemon.end(SIGKILL), -SIGKILL);
  }
  EXPECT_TRUE(becomes([&] { return !is_locked(); }));  // the run has not outlived its daemon
  ASSERT_EQ(state_of_last_run(), "running");

  auto daemon = start("day2-full");
  ASSERT_TRUE(daemon.logs("run_ends")) << daemon.said();
  EXPECT_EQ(daemon.entries("run_begins")[0]["attempt"], "2");
  EXPECT_EQ(daemon.entries("run_ends")[0]["status"], "succeeded") << daemon.said();
  EXPECT_EQ(state_of_last_run(), "succeeded");
  for (const char* file : {"record.ndjson", "nurses.ndjson", "success_plans.ndjson"}) {
    EXPECT_GT(District::read(district_.out("a", file)).size(), 10'000u);
    EXPECT_TRUE(District::read(district_.out("a", file)) ==
                District::read(district_.out("b", file)))
        << file;
  }
}

TEST_F(Serve, RefusesASecondDaemonAndMostOfHttp) {
  make_due(1);
  auto daemon = start("day1");
  RunningDaemon second(words("day1"), district_.folder() / "second-log");
  EXPECT_EQ(second.end(SIGTERM), 5);
  EXPECT_THAT(second.said(), HasSubstr("locked by serve"));
  EXPECT_THAT(daemon.ask("/metrics", "POST"), HasSubstr("405"));
  EXPECT_THAT(daemon.ask("/students"), HasSubstr("404"));
  EXPECT_THAT(daemon.ask("/livez\r\nX: y"), HasSubstr("200"));
}

/// Names that no word of a log holds by chance, in place of the first student's.
constexpr const char* unlikely_names[] = {"Quyxiphonia", "Zvantheriq"};

void plant_unlikely_names(const std::filesystem::path& users) {
  auto text = District::read(users);
  auto at = text.find(",student,");
  for (int field = 0; field < 3; ++field) at = text.find(',', at + 1);  // role to givenName
  auto end = text.find(',', text.find(',', at + 1) + 1);
  text.replace(at, end - at, std::string(",") + unlikely_names[0] + ',' + unlikely_names[1]);
  District::write(users, text);
}

TEST_F(Serve, LogsAndMeasuresNothingOfAStudent) {
  plant_unlikely_names(district_.data("day1/oneroster/users.csv"));
  make_due(1);
  auto daemon = start("day1");
  ASSERT_TRUE(daemon.logs("run_ends")) << daemon.said();
  auto all = daemon.said() + daemon.ask("/metrics");
  for (const char* name : unlikely_names) {
    EXPECT_NE(District::read(district_.out("a")).find(name), std::string::npos);
    EXPECT_EQ(all.find(name), std::string::npos);
  }
  std::ifstream record(district_.out("a"));
  int checked = 0;
  for (std::string line; std::getline(record, line); ++checked) {
    auto student = nlohmann::json::parse(line);
    for (const char* name : {"familyName", "givenName"})
      if (student["name"].contains(name)) {
        auto value = student["name"][name].get<std::string>();
        EXPECT_EQ(all.find('"' + value + '"'), std::string::npos);
      }
    EXPECT_EQ(all.find(student["id"].get<std::string>()), std::string::npos);
  }
  EXPECT_EQ(checked, 1500);
}

}  // namespace
}  // namespace homeroom::server
