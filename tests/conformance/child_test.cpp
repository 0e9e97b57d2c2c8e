// The process in which a check runs: what it says arrives, what it leaves behind is ended.
#include "hub/conformance/child.hpp"

#include <ctime>

#include <gmock/gmock.h>
#include <unistd.h>

namespace homeroom::conformance {
namespace {

using std::chrono::seconds;

Ended run(const std::function<std::string()>& work) {
  return run_in_child(work, seconds(20), world::Cancel());
}

TEST(Child, SaysAnAnswerOfAnySize) {
  auto ended = run([] { return std::string(3'000'000, 'x'); });
  EXPECT_TRUE(ended.has_answered);
  EXPECT_EQ(ended.answer.size(), 3'000'000u);
}

TEST(Child, ThatClosesItsPipeIsWaitedForWithoutWork) {
  auto before = std::clock();
  auto ended = run([] {
    for (int file = 3; file < 100; ++file) close(file);
    usleep(600'000);
    return std::string("p");
  });
  auto worked_s = static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
  EXPECT_FALSE(ended.has_answered);
  EXPECT_LT(worked_s, 0.3);
}

TEST(Child, MayHaveHadProcessesThatEnded) {
  auto ended = run([] {
    if (fork() == 0) _exit(0);
    usleep(50'000);
    return std::string("p");
  });
  EXPECT_TRUE(ended.has_answered) << ended.answer;
}

TEST(Child, ThatLeavesADaemonBehindIsTold) {
  auto ended = run([] {
    if (fork() == 0) {
      setsid();
      if (fork() == 0)
        for (;;) pause();
      _exit(0);
    }
    usleep(50'000);
    return std::string("p");
  });
  EXPECT_FALSE(ended.has_answered);
  EXPECT_EQ(ended.answer, "the plugin left a process behind");
}

}  // namespace
}  // namespace homeroom::conformance
