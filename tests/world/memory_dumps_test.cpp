#include "hub/world/memory_dumps.hpp"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>

namespace homeroom::world {
namespace {

// In a process of its own: the tests' own dumps are welcome.
TEST(MemoryDumps, AreForbiddenAndNobodyLooksIn) {
  auto look = [] {
    forbid_memory_dumps();
    rlimit core{1, 1};
    getrlimit(RLIMIT_CORE, &core);
    bool is_closed = core.rlim_cur == 0 && core.rlim_max == 0;
#if !defined(__SANITIZE_ADDRESS__)
    is_closed = is_closed && prctl(PR_GET_DUMPABLE) == 0;
#endif
    _exit(is_closed ? 0 : 1);
  };
  EXPECT_EXIT(look(), ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace homeroom::world
