// Several `homeroom serve` on one store of a PostgreSQL server: each run is done by one of them,
// and what a dead or a frozen one left behind by another.
#include <map>

#include <gmock/gmock.h>

#include "tests/cluster/cluster.hpp"
#include "tests/flows/district.hpp"
#include "tests/server/daemon.hpp"

namespace homeroom::server {
namespace {

using flows::District;
using testing::HasSubstr;
using tests::Cluster;

class SeveralDaemons : public testing::Test {
 protected:
  void SetUp() override {
    if (!Cluster::is_installed()) GTEST_SKIP() << Cluster::how_to_install;
    location_ = Cluster::of_this_program().new_tenant();
    district_.put("a", location_);
    District::replace(district_.workspace("homeroom.yaml"),
                      "nightly:        {sources: all, destinations: all}",
                      "nightly: {sources: all, destinations: all, at: \"03:15\"}");
  }
  std::unique_ptr<RunningDaemon> start(const std::string& name) const {
    auto at = [&](const std::string& file) { return (district_.folder() / file).string(); };
    std::vector<std::string> words{
        "--workspace", at("workspace"),      "--set", "data=" + at("data/day1"),
        "--set",       "store=" + location_, "--set", "keys=" + at("a.keys"),
        "--set",       "out=" + at("a-out")};
    return std::make_unique<RunningDaemon>(words, at(name + ".log"));
  }
  void trigger() const {
    ASSERT_EQ(district_.say(district_.command("a", "day1") + " schedule trigger nightly").exit_code,
              0);
  }
  nlohmann::json schedule() const { return district_.ask("a", "schedule list")["schedules"][0]; }
  std::string role() const { return location_.substr(location_.rfind('=') + 1); }
  /// A minute passes for all leases.
  void let_leases_run_out() const {
    Cluster::of_this_program().ask("UPDATE " + role() +
                                   ".work_item SET lease_until = lease_until - 61000 "
                                   "WHERE state = 1");
  }
  bool is_running() const {
    return Cluster::of_this_program().ask("SELECT count(*) FROM " + role() +
                                          ".work_item WHERE state = 1 AND step = 'run'") != "0";
  }
  static double fenced(const RunningDaemon& daemon) {
    auto text = daemon.ask("/metrics");
    auto at = text.rfind("\nhomeroom_fenced_total ");
    return at == text.npos ? -1 : std::atof(text.c_str() + at + 23);
  }

  District district_{300};
  std::string location_;
};

TEST_F(SeveralDaemons, DoEachRunOnce) {
  constexpr std::size_t runs = 4;
  auto one = start("one"), other = start("other");
  std::map<std::string, int> begun, ended;
  for (std::size_t n = 1; n <= runs; ++n) {
    trigger();
    std::this_thread::sleep_for(std::chrono::seconds(1));  // by hand once a second
    ASSERT_TRUE(becomes([&] {
      return one->entries("run_ends").size() + other->entries("run_ends").size() == n;
    })) << one->said()
        << other->said();
  }
  for (auto* daemon : {one.get(), other.get()}) {
    for (const auto& entry : daemon->entries("run_begins")) ++begun[entry["run"]];
    for (const auto& entry : daemon->entries("run_ends")) {
      EXPECT_EQ(entry["status"], "succeeded") << entry.dump();
      ++ended[entry["run"]];
    }
    EXPECT_EQ(daemon->end(SIGTERM), 0);
  }
  EXPECT_EQ(begun.size(), runs);
  EXPECT_EQ(ended, begun);
  for (const auto& [run, times] : begun) EXPECT_EQ(times, 1) << run;
}

TEST_F(SeveralDaemons, TakeOverFromOneThatDied) {
  auto dead = start("dead");
  trigger();
  ASSERT_TRUE(dead->logs("run_begins"));
  dead->end(SIGKILL);
  auto heir = start("heir");
  EXPECT_TRUE(heir->entries("run_begins").empty()) << "its lease has not run out";
  let_leases_run_out();
  ASSERT_TRUE(heir->logs("run_ends")) << heir->said();
  EXPECT_EQ(heir->entries("run_begins").back()["attempt"], "2");
  ASSERT_TRUE(becomes([&] { return schedule()["last"]["status"] == "succeeded"; })) << heir->said();
  EXPECT_GT(District::read(district_.out("a")).size(), 10'000u);
}

TEST_F(SeveralDaemons, TurnAwayOneThatWasFrozenBeyondItsLease) {
  auto frozen = start("frozen");
  trigger();
  ASSERT_TRUE(frozen->logs("run_begins"));
  frozen->signal(SIGSTOP);
  auto heir = start("heir");
  let_leases_run_out();
  ASSERT_TRUE(heir->logs("run_begins")) << heir->said();
  frozen->signal(SIGCONT);
  ASSERT_TRUE(becomes([&] { return schedule()["last"]["status"] == "succeeded" && !is_running(); }))
      << heir->said() << frozen->said();
  ASSERT_TRUE(becomes([&] { return fenced(*frozen) > 0; })) << frozen->said();
  EXPECT_EQ(fenced(*heir), 0);
  for (auto* daemon : {frozen.get(), heir.get()}) EXPECT_EQ(daemon->end(SIGTERM), 0);
}

TEST_F(SeveralDaemons, SayOnceThatTheServerIsAwayAndThatItIsBack) {
  auto daemon = start("one");
  ASSERT_TRUE(daemon->logs("started"));
  EXPECT_THAT(daemon->ask("/readyz"), HasSubstr("200 OK"));
  auto& cluster = Cluster::of_this_program();
  cluster.ask("ALTER ROLE " + role() + " NOLOGIN");
  cluster.ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '" + role() +
              "'");
  ASSERT_TRUE(becomes([&] { return daemon->ask("/readyz").find("503") != std::string::npos; }));
  EXPECT_THAT(daemon->ask("/livez"), HasSubstr("200 OK"));
  EXPECT_LE(daemon->entries("step_failed").size(), 3u) << "one for each thread";
  cluster.ask("ALTER ROLE " + role() + " LOGIN");
  ASSERT_TRUE(becomes([&] { return daemon->ask("/readyz").find("200") != std::string::npos; }));
  EXPECT_TRUE(daemon->logs("step_works_again"));
  EXPECT_EQ(daemon->end(SIGTERM), 0);
}

}  // namespace
}  // namespace homeroom::server
