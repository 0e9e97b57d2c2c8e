// A tool that acts on what it is told and loses the answer, that wants to hear nothing for an hour,
// that dies in the middle of a night: in the end it knows what the store says it was told, and it
// never acted twice on one thing or missed one.
#include <atomic>
#include <iostream>
#include <random>

#include <gtest/gtest.h>

#include "tests/faults/content.hpp"
#include "tests/faults/in_memory.hpp"
#include "tests/faults/long_form.hpp"
#include "tests/faults/plans_tool.hpp"
#include "tests/flows/edits.hpp"

namespace homeroom::flows {
namespace {

constexpr uint64_t students = 100;
constexpr int64_t minute = 60;
constexpr int64_t hour = 60 * minute;

class MoodyTool {
 public:
  explicit MoodyTool(uint64_t seed)
      : dice_(seed), receiver_([this](const webhook::Received& heard) { return answer(heard); }) {}

  std::string url() const { return receiver_.url(); }
  void pass(int64_t seconds) {
    std::lock_guard guard(mutex_);
    now_s_ += seconds;
    is_dead_ = false;
  }
  ToolBooks books() const {
    std::lock_guard guard(mutex_);
    return books_;
  }
  int lost_answers = 0, closed_hours = 0, deaths = 0;

 private:
  std::string answer(const webhook::Received& heard) {
    std::lock_guard guard(mutex_);
    if (now_s_ < closed_until_s_) return not_now();
    if (is_dead_) return "";
    switch (dice_() % 130) {
      case 0:
        closed_until_s_ = now_s_ + hour;
        ++closed_hours;
        return not_now();
      case 1:
        is_dead_ = ++deaths;
        return "";
      case 2:
        return webhook::answer(503);
      case 3:
      case 4:
        ++lost_answers;
        books_.hear_all(heard.body);
        return "";
      case 5:
        ++lost_answers;
        books_.hear_all(heard.body);
        return "HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{";
      default:
        books_.hear_all(heard.body);
        return webhook::answer(204);
    }
  }
  std::string not_now() const {
    return webhook::answer(429,
                           "Retry-After: " + std::to_string(closed_until_s_ - now_s_) + "\r\n");
  }

  mutable std::mutex mutex_;  ///< guards all below
  std::mt19937_64 dice_;
  ToolBooks books_;
  int64_t now_s_ = 0, closed_until_s_ = 0;
  bool is_dead_ = false;
  webhook::Receiver receiver_;
};

struct Moods {
  uint64_t nights = 0, told = 0, repeated = 0, lost_answers = 0, closed_hours = 0, deaths = 0;
};

/// Nights with one day's files, twenty minutes apart, until the tool is owed nothing.
void until_all_is_told(const District& district, MoodyTool& tool, const std::string& day,
                       Moods& moods) {
  for (int n = 0; n < 60; ++n, tool.pass(20 * minute)) {
    auto night = district.night("hub", day, "--approve profiles_to_send --why test");
    ASSERT_TRUE(night.exit_code == 0 || night.exit_code == 3) << night.errors << night.report;
    ++moods.nights;
    if (night.exit_code == 0) return;
  }
  FAIL() << "the tool is still owed something after twenty hours";
}

void expect_agreement(const District& district, const ToolBooks& books) {
  auto shares = shares_of(district.folder(), "hub", "plans_tool");
  ASSERT_GE(shares.size(), students);
  EXPECT_EQ(books.students.size(), shares.size());
  int removed = 0;
  for (const auto& [id, share] : shares) {
    auto heard = books.students.find(id);
    ASSERT_NE(heard, books.students.end()) << "a student it never heard of";
    EXPECT_TRUE(share.is_settled);
    EXPECT_EQ(heard->second.sequence, share.sequence);
    EXPECT_EQ(heard->second.digest, share.digest);
    EXPECT_EQ(heard->second.data == "null", share.is_removed);
    removed += share.is_removed;
    std::vector<uint64_t> all(share.sequence);
    for (uint64_t n = 0; n < all.size(); ++n) all[n] = n + 1;
    EXPECT_EQ(books.acted.at(id), all) << "twice, out of order or skipped";
  }
  EXPECT_GT(removed, 0);
  EXPECT_EQ(books.contradicted, 0u);
}

class AMoodyTool : public testing::TestWithParam<const char*> {};

TEST_P(AMoodyTool, EndsWithWhatTheStoreSaysItWasTold) {
  bool is_short = std::string(GetParam()).empty();
  if (!is_long() && !is_short) GTEST_SKIP() << "only in ./dev test-long";
  InMemory in_memory;
  Moods moods;
  for (uint64_t seed = 1; seed <= (is_long() ? 12 : 1); ++seed) {
    District district(students);
    MoodyTool tool(seed);
    send_to_tool(district, tool.url(), 30);
    tell_of_all(district);
    District::replace(district.workspace("homeroom.yaml"), "    network: {internal",
                      std::string(GetParam()) + "    network: {internal");
    std::mt19937_64 random(seed);
    for (const char* day : {"day1", "day1", "day2-full", "day1"}) {
      until_all_is_told(district, tool, day, moods);
      for (int n = 0; n < 15; ++n) edit_day(district.data("day1"), random, kinds_in_deltas);
    }
    if (HasFatalFailure()) return;
    auto books = tool.books();
    expect_agreement(district, books);
    moods.told += books.applied.size();
    moods.repeated += books.repeated;
    moods.lost_answers += static_cast<uint64_t>(tool.lost_answers);
    moods.closed_hours += static_cast<uint64_t>(tool.closed_hours);
    moods.deaths += static_cast<uint64_t>(tool.deaths);
  }
  std::cout << moods.nights << " nights, " << moods.told << " messages acted on, " << moods.repeated
            << " came again; " << moods.lost_answers << " answers lost, " << moods.closed_hours
            << " hours of 429, " << moods.deaths << " deaths\n";
  EXPECT_GT(moods.told, students);
  EXPECT_GT(moods.lost_answers, 0u);
  EXPECT_GE(moods.repeated, moods.lost_answers);
  EXPECT_GT(moods.closed_hours + moods.deaths, 0u);
}

INSTANTIATE_TEST_SUITE_P(ToldOf, AMoodyTool,
                         testing::Values("", "    mode: bulk\n    batch_rows: 3\n"),
                         [](const auto& each) { return each.index == 0 ? "One" : "Some"; });

}  // namespace
}  // namespace homeroom::flows
