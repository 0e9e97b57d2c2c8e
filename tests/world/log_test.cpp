#include "hub/world/log.hpp"

#include <algorithm>
#include <csignal>
#include <sstream>

#include <gmock/gmock.h>

#include "hub/world/cancel.hpp"
#include "hub/world/meter.hpp"

namespace homeroom::world {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Log, AJsonLineIsOneObjectWhateverTheMessageHolds) {
  std::ostringstream out;
  Log({Level::info, true, false}, out).warn("a \"b\"\nc", {{"source", "clinic"}});
  EXPECT_THAT(out.str(), HasSubstr(R"("level":"warn","message":"a \"b\"\nc","source":"clinic"})"));
  EXPECT_EQ(std::ranges::count(out.str(), '\n'), 1);
}

TEST(Log, ATextLineStaysOneLine) {
  std::ostringstream out;
  Log({}, out).info("heard\n2026 error forged", {{"source", "sis"}});
  EXPECT_EQ(std::ranges::count(out.str(), '\n'), 1);
  EXPECT_THAT(out.str(), HasSubstr("source=sis"));
}

TEST(Log, QuietKeepsWarningsOnly) {
  std::ostringstream out;
  Log log({Level::debug, false, true}, out);
  log.info("not this");
  log.error("but this");
  EXPECT_THAT(out.str(), HasSubstr("but this"));
  EXPECT_THAT(out.str(), Not(HasSubstr("not this")));
}

TEST(Cancel, TheFirstSignalAsksToStop) {
  Cancel cancel;
  StopSignals signals(cancel);
  EXPECT_FALSE(cancel.cancelled());
  std::raise(SIGTERM);
  EXPECT_TRUE(cancel.cancelled());
}

TEST(Meter, UsageOnlyGrows) {
  Usage before = usage();
  double sum = 0;
  for (int i = 0; i < 2'000'000; ++i) sum += i;
  Usage after = usage();
  EXPECT_GT(sum, 0);
  EXPECT_GE(after.cpu_seconds, before.cpu_seconds);
  EXPECT_GT(after.peak_rss_bytes, 1u << 20);
}

}  // namespace
}  // namespace homeroom::world
