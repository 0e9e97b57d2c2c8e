// One book of jobs, and several programs that work by it: in a file, and on a PostgreSQL server.
#include <atomic>
#include <map>
#include <mutex>
#include <thread>

#include <gmock/gmock.h>

#include "homeroom/error.hpp"
#include "hub/jobs/book.hpp"
#include "hub/postgres/postgres.hpp"
#include "hub/store/job_book.hpp"
#include "hub/store/postgres_place.hpp"
#include "hub/world/files.hpp"
#include "tests/cluster/kinds.hpp"
#include "tests/jobs/moving_clock.hpp"

namespace homeroom::jobs {
namespace {

using tests::Cluster;

class SharedBook : public testing::Test {
 protected:
  void SetUp() override {
    if (!Cluster::is_installed()) GTEST_SKIP() << Cluster::how_to_install;
    location_ = Cluster::of_this_program().new_tenant();
  }
  std::unique_ptr<store::JobBook> open() const {
    return std::make_unique<store::JobBook>(location_, "pretend");
  }
  static Item item(const std::string& run, const std::string& job) {
    Item item;
    item.run = run;
    item.step = "run";
    item.job = item.order_key = job;
    return item;
  }

  std::string location_;
};

TEST_F(SharedBook, GivesEachRunToOneDaemonAndThoseOfOneJobInTheirOrder) {
  constexpr int daemons = 4, jobs = 3, runs_each = 20;
  auto book = open();
  std::mutex mutex;
  std::map<std::string, std::vector<int>> done;  // numbers of runs by job, in the order they ended
  std::map<std::string, int> at_work;
  std::atomic<int> ended = 0, together = 0;
  std::vector<std::thread> threads;
  for (int daemon = 0; daemon < daemons; ++daemon)
    threads.emplace_back([&, daemon] {
      auto own = open();
      MovingClock clock;
      Queue queue(*own, clock.moments(), [] { return 1.0; });
      while (ended < jobs * runs_each) {
        auto claimed = queue.claim("run", "daemon " + std::to_string(daemon));
        if (!claimed) continue;
        {
          std::lock_guard lock(mutex);
          together += ++at_work[claimed->job] > 1;
          done[claimed->job].push_back(std::stoi(claimed->run.substr(claimed->run.find(' '))));
          --at_work[claimed->job];
        }
        EXPECT_TRUE(queue.finish(*claimed, "succeeded"));
        ++ended;
      }
    });
  // Two schedulers announce the same runs.
  auto announce = [&] {
    auto own = open();
    for (int n = 0; n < runs_each; ++n)
      for (int job = 0; job < jobs; ++job) {
        auto name = "job" + std::to_string(job);
        own->add(item(name + ' ' + std::to_string(n), name));
      }
  };
  std::thread one(announce), other(announce);
  one.join();
  other.join();
  for (auto& thread : threads) thread.join();
  ASSERT_EQ(done.size(), static_cast<std::size_t>(jobs));
  for (const auto& [job, numbers] : done) {
    EXPECT_EQ(numbers.size(), static_cast<std::size_t>(runs_each)) << job;
    EXPECT_TRUE(std::ranges::is_sorted(numbers)) << job;
  }
  EXPECT_EQ(together, 0);
}

TEST_F(SharedBook, TurnsAwayADaemonWhoseLeaseAnotherOneGot) {
  auto one = open(), other = open();
  MovingClock clock;
  Queue slow(*one, clock.moments(), [] { return 1.0; });
  Queue quick(*other, clock.moments(), [] { return 1.0; });
  one->add(item("a", "nightly"));
  auto zombie = slow.claim("run", "slow");
  ASSERT_TRUE(zombie);
  clock.pass(lease_ms + 1);
  quick.expire([](const Item&) { return false; }, [](const Item&) { return false; },
               [](const Item&) {});
  auto second = quick.claim("run", "quick");
  ASSERT_TRUE(second);
  bool has_effect = false;
  EXPECT_FALSE(slow.beat(*zombie));
  EXPECT_FALSE(slow.finish(*zombie, "succeeded", [&](const Item&) { has_effect = true; }));
  EXPECT_FALSE(has_effect);
  EXPECT_EQ(slow.fenced(), 2u);
  EXPECT_TRUE(quick.finish(*second, "succeeded"));
}

TEST_F(SharedBook, IsReadOnAfterTheServerWasStartedAgain) {
  Cluster cluster;
  store::JobBook book(cluster.new_tenant(), "pretend");
  ASSERT_TRUE(book.add(item("a", "nightly")));
  cluster.stop_at_once();
  EXPECT_THROW(book.add(item("b", "nightly")), Error);
  cluster.start();
  EXPECT_TRUE(book.add(item("b", "nightly")));
  EXPECT_EQ(book.open("nightly").size(), 2u);
}

TEST_F(SharedBook, IsNotKeptByADaemonThatIsFrozenInTheMiddleOfAChange) {
  auto book = open();
  postgres::OnPostgres frozen(store::conninfo_of(location_), postgres::Lock::book);
  sql::Transaction change(frozen);
  EXPECT_TRUE(book->add(item("a", "nightly")));
  EXPECT_THROW(change.commit(), Error);
  EXPECT_EQ(book->open("nightly").size(), 1u);
}

TEST_F(SharedBook, LeasesRunOnTheClockThatAllDaemonsSee) {
  world::SystemClock clock;
  auto book = open();
  auto now = moments(clock, *book)();
  EXPECT_EQ(now.boot, "shared");
  EXPECT_GE(book->shared_clock_ms().value(), now.since_boot_ms);
  store::JobBook alone;
  EXPECT_NE(moments(clock, alone)().boot, "shared");
}

TEST_F(SharedBook, OfAnotherTenantIsRefused) {
  open();
  EXPECT_THROW(store::JobBook(location_, "somebody else"), Error);
}

// A daemon that begins and a person who asks for a run, in a new workspace.
TEST(BookInAFile, MayBeMadeByManyAtOnce) {
  constexpr int rounds = 50, programs = 8;
  std::atomic<int> opened = 0;
  for (int round = 0; round < rounds; ++round) {
    world::ScratchFolder folder{std::filesystem::temp_directory_path()};
    auto location = "sqlite:" + (folder.path() / "hub.db").string();
    std::vector<std::thread> threads;
    for (int i = 0; i < programs; ++i)
      threads.emplace_back([&] {
        try {
          store::JobBook book(location, "pretend");
          ++opened;
        } catch (const Error& error) {
          ADD_FAILURE() << error.what();
        }
      });
    for (auto& thread : threads) thread.join();
  }
  EXPECT_EQ(opened, rounds * programs);
}

}  // namespace
}  // namespace homeroom::jobs
