// What a plugin finds at a hub that lends no services.
#include "homeroom/host.hpp"

#include <gtest/gtest.h>

#include "homeroom/error.hpp"

namespace homeroom {
namespace {

using std::chrono::milliseconds;

TEST(HostWithoutServices, WaitsAllTheSame) {
  auto before = std::chrono::steady_clock::now();
  Host().wait(milliseconds(60));
  EXPECT_GE(std::chrono::steady_clock::now() - before, milliseconds(60));
}

TEST(HostWithoutServices, StopsWaitingWhenAskedToStop) {
  hr_host table{};
  table.size = sizeof table;
  table.stopping = [](void*) -> int32_t { return 1; };
  try {
    Host(&table).wait(std::chrono::hours(1));
    FAIL() << "it waited";
  } catch (const Error& error) {
    EXPECT_EQ(error.next, Next::stop);
  }
}

TEST(HostWithoutServices, HasNoScratchFolder) {
  EXPECT_EQ(Host().scratch(), std::nullopt);
}

}  // namespace
}  // namespace homeroom
