// Work items: leases, fences, retries and what crashes lead to, on a clock the test moves.
#include "hub/jobs/queue.hpp"

#include <csignal>
#include <cstdlib>
#include <filesystem>

#include <gmock/gmock.h>
#include <sys/resource.h>

#include "homeroom/error.hpp"
#include "hub/store/job_book.hpp"
#include "tests/cluster/kinds.hpp"
#include "tests/jobs/moving_clock.hpp"

namespace homeroom::jobs {
namespace {

/// While it lives no file of this process grows past the size that `file` has.
class FullDisk {
 public:
  explicit FullDisk(const std::filesystem::path& file) : before_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &limit_);
    auto full = limit_;
    full.rlim_cur = std::filesystem::file_size(file);
    setrlimit(RLIMIT_FSIZE, &full);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &limit_);
    std::signal(SIGXFSZ, before_);
  }

 private:
  rlimit limit_{};
  void (*before_)(int);
};

constexpr int64_t day_ms = 24 * 3600 * 1000;

/// On a book in memory, and on one of a PostgreSQL server.
class QueueTest : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (!book_) GTEST_SKIP() << tests::Cluster::how_to_install;
  }
  Item add(const std::string& run, const std::string& order_key = "nightly") {
    Item item;
    item.run = run;
    item.step = "run";
    item.job = order_key;
    item.order_key = order_key;
    item.ended_ms = clock_.wall_ms + day_ms;
    book_->add(item);
    return item;
  }
  Item claimed() {
    auto item = queue_.claim("run", "worker");
    EXPECT_TRUE(item.has_value());
    return item.value_or(Item());
  }
  /// What the book says of it now.
  Item now(const Item& item) { return *book_->item(item.id); }
  void expire() {
    queue_.expire([](const Item&) { return false; }, [](const Item&) { return false; },
                  [this](const Item& item) { ended_.push_back(item.outcome); });
  }

  static std::unique_ptr<store::JobBook> new_book() {
    if (GetParam() == tests::on_sqlite) return std::make_unique<store::JobBook>();
    auto location = tests::location_of(GetParam(), "");
    return location.empty() ? nullptr : std::make_unique<store::JobBook>(location, "pretend");
  }

  std::unique_ptr<store::JobBook> book_ = new_book();
  MovingClock clock_;
  Queue queue_{*book_, clock_.moments(), [] { return 1.0; }};
  std::vector<std::string> ended_;
};

TEST_P(QueueTest, TakesAnItemOnceHoweverOftenItIsAdded) {
  add("a");
  add("a");
  EXPECT_EQ(claimed().run, "a");
  EXPECT_FALSE(queue_.claim("run", "worker"));
}

TEST_P(QueueTest, RunsItemsOfOneOrderKeyOneAfterTheOther) {
  add("first");
  add("second");
  add("other", "compare");
  auto first = claimed();
  EXPECT_EQ(claimed().run, "other");
  EXPECT_FALSE(queue_.claim("run", "worker"));
  queue_.finish(first, "succeeded");
  EXPECT_EQ(claimed().run, "second");
}

TEST_P(QueueTest, KeepsALeaseThatIsProlongedAndTakesBackOneThatIsNot) {
  add("a");
  auto item = claimed();
  clock_.pass(50'000);
  EXPECT_TRUE(queue_.beat(item));
  clock_.pass(50'000);
  expire();
  EXPECT_EQ(now(item).state, ItemState::leased);
  clock_.pass(20'000);
  expire();
  EXPECT_EQ(now(item).state, ItemState::ready);
  EXPECT_EQ(now(item).crashes, 1u);
  EXPECT_FALSE(queue_.beat(item));
}

TEST_P(QueueTest, WritesNothingForAWorkerThatLostItsLease) {
  add("a");
  auto zombie = claimed();
  clock_.pass(lease_ms + 1);
  expire();
  auto second = claimed();
  EXPECT_GT(second.fence, zombie.fence);
  bool has_effect = false;
  EXPECT_FALSE(queue_.finish(zombie, "succeeded", [&](const Item&) { has_effect = true; }));
  EXPECT_FALSE(has_effect);
  EXPECT_EQ(queue_.fenced(), 1u);
  EXPECT_TRUE(queue_.finish(second, "partial"));
  EXPECT_EQ(now(second).outcome, "partial");
}

TEST_P(QueueTest, IsNotMovedByAWallClockThatJumps) {
  add("a");
  auto item = claimed();
  clock_.set_wall(clock_.wall_ms + int64_t{30} * 86'400'000);
  expire();
  EXPECT_EQ(now(item).state, ItemState::leased);
  clock_.set_wall(0);
  clock_.pass(lease_ms + 1);
  expire();
  EXPECT_EQ(now(item).state, ItemState::ready);
}

TEST_P(QueueTest, FreesTheLeasesOfAMachineThatWasStartedAgain) {
  add("a");
  auto item = claimed();
  clock_.boot = "another start";
  clock_.since_boot_ms = 5;
  expire();
  EXPECT_EQ(now(item).state, ItemState::ready);
}

TEST_P(QueueTest, WaitsLongerAfterEachTryAndGivesUpAfterADay) {
  add("a");
  std::vector<int64_t> waits;
  for (int i = 0; i < 7; ++i) {
    auto item = claimed();
    queue_.retry(item, "not now", 0);
    waits.push_back(now(item).not_before_ms - clock_.wall_ms);
    EXPECT_FALSE(queue_.claim("run", "worker"));
    clock_.pass(waits.back());
  }
  EXPECT_THAT(waits, testing::ElementsAre(2000, 4000, 8000, 16000, 32000, 64000, 128000));
  int tries = 7;
  Item last;
  do {
    last = claimed();
    ++tries;
    queue_.retry(last, "not now", 0);
    clock_.pass(now(last).not_before_ms - clock_.wall_ms);
  } while (now(last).outcome.empty() && tries < 1000);
  EXPECT_EQ(now(last).outcome, "failed");
  EXPECT_EQ(tries, 105);  // all but ten a quarter of an hour after the one before
}

TEST_P(QueueTest, WaitsAsLongAsTheOtherSideAsks) {
  add("a");
  auto item = claimed();
  queue_.retry(item, "busy", 3'600'000);
  EXPECT_EQ(now(item).not_before_ms - clock_.wall_ms, 3'600'000);
}

TEST(Backoff, NeverPassesAQuarterOfAnHour) {
  EXPECT_EQ(backoff_ms(40, 1.0), 15 * 60'000);
  EXPECT_EQ(backoff_ms(3, 0.5), 4000);
}

TEST_P(QueueTest, SetsAsideWhatCrashesThreeTimesAndHoldsBackOnlyItsOwnKind) {
  add("poison");
  add("behind it");
  for (uint32_t crash = 1; crash <= 3; ++crash) {
    auto item = *queue_.claim("run", "worker");
    ASSERT_EQ(item.run, "poison");
    queue_.crashed(item, "ended by signal 11",
                   [this](const Item& dead) { ended_.push_back(dead.outcome); });
    EXPECT_EQ(now(item).crashes, crash);
  }
  EXPECT_THAT(ended_, testing::ElementsAre("dead"));
  add("other", "compare");
  EXPECT_EQ(claimed().run, "other");
  EXPECT_FALSE(queue_.claim("run", "worker"));
}

TEST_P(QueueTest, HandsBackUnharmedWhatItCannotFinish) {
  add("a");
  auto item = claimed();
  EXPECT_TRUE(queue_.give_back(item));
  EXPECT_EQ(now(item).attempt, 0u);
  EXPECT_EQ(now(item).crashes, 0u);
  EXPECT_EQ(claimed().fence, item.fence + 1);
}

TEST_P(QueueTest, WritesAnEffectWithTheEndOrNotAtAll) {
  add("a");
  auto item = claimed();
  EXPECT_THROW(queue_.finish(item, "succeeded",
                             [this](const Item&) {
                               add("made by it", "compare");
                               throw std::runtime_error("the disk is full");
                             }),
               std::runtime_error);
  EXPECT_EQ(now(item).state, ItemState::leased);
  EXPECT_EQ(book_->newest("", "run", 9).size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(On, QueueTest, tests::both_stores(), tests::name_of_store);

/// A claim whose commit failed must not be begun: nobody would know of it.
TEST(JobBook, ClaimsAndProlongsNothingOnAFullDisk) {
  std::string folder = (std::filesystem::temp_directory_path() / "homeroom-book-XXXXXX").string();
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  {
    store::JobBook book("sqlite:" + folder + "/a.db", "pretend");
    MovingClock clock;
    Queue queue(book, clock.moments(), [] { return 1.0; });
    for (const char* run : {"a", "b"}) {
      Item item;
      item.run = item.order_key = item.job = run;
      item.step = "run";
      ASSERT_TRUE(book.add(item));
    }
    auto held = queue.claim("run", "worker");
    ASSERT_TRUE(held);
    clock.pass(50'000);
    {
      FullDisk full(folder + "/a.db.jobs-wal");
      EXPECT_THROW(queue.claim("run", "worker"), Error);
      EXPECT_THROW(queue.beat(*held), Error);
      EXPECT_THROW(queue.finish(*held, "succeeded"), Error);
      Item third;
      third.run = third.order_key = "c";
      EXPECT_THROW(book.add(third), Error);
    }
    EXPECT_EQ(book.leased().size(), 1u);
    EXPECT_EQ(book.newest("", "run", 9).size(), 2u);
    EXPECT_EQ(queue.claim("run", "worker")->run, "b");
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace homeroom::jobs
