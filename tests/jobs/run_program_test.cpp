// How the process of a run ends, with a shell in place of the program.
#include "hub/jobs/run_program.hpp"

#include <sstream>

#include <gmock/gmock.h>

namespace homeroom::jobs {
namespace {

/// Runs `script` as the daemon runs the program; `must_stop` as RunProgram.
RunEnd end_of(
    const std::string& script, const std::function<bool()>& must_stop = [] { return false; }) {
  std::ostringstream said;
  world::Log log({}, said);
  Item item;
  item.run = "nightly@2026-01-13T08:15:00Z";
  item.job = "nightly";
  return RunProgram("/bin/sh", {"-c", script}, log).run(item, must_stop);
}

TEST(RunProgram, SaysOfARunThatSomebodyElseToldToEndThatItWasCancelled) {
  for (const char* script :
       {"echo '{\"status\": \"cancelled\"}'; exit 6", "kill -TERM $$", "kill -INT $$"})
    EXPECT_EQ(end_of(script).outcome, "cancelled") << script;
  EXPECT_NE(end_of("kill -SEGV $$").outcome, "cancelled");
}

/// Each would sleep for half a minute and hold the daemon as long.
TEST(RunProgram, EndsWithItsProcessWhoeverHoldsItsPipesOpen) {
  auto began = world::steady_seconds();
  auto end = end_of("sleep 30 & echo '{\"status\": \"succeeded\"}'");
  EXPECT_EQ(end.outcome, "succeeded");
  EXPECT_LT(world::steady_seconds() - began, 15);
}

TEST(RunProgram, StopsARunThatHangsAndWhatItStarted) {
  for (const char* script : {"sleep 30; echo never", "exec >&- 2>&-; sleep 30"}) {
    auto began = world::steady_seconds();
    auto end = end_of(script, [&] { return world::steady_seconds() - began > 0.5; });
    EXPECT_EQ(end.kind, RunEnd::Kind::stopped) << script;
    EXPECT_LT(world::steady_seconds() - began, 15) << script;
  }
}

TEST(RunProgram, TellsNothingOfWhatARunSaidOnItsStandardError) {
  auto end = end_of("echo 'Pretendia Testa is in two schools' >&2; exit 3");
  EXPECT_EQ(end.outcome, "failed");
  EXPECT_EQ(end.says, "ended with exit code 3; see the log");
}

}  // namespace
}  // namespace homeroom::jobs
