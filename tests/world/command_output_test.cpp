#include "hub/world/command_output.hpp"

#include <gtest/gtest.h>

#include "homeroom/error.hpp"

namespace homeroom::world {
namespace {

TEST(CommandOutput, IsWhatTheProgramSays) {
  EXPECT_EQ(output_of({"printf", "%s-%s", "a b", "c"}, 100, 10), "a b-c");
  EXPECT_EQ(output_of({"cat"}, 100, 10), "") << "nothing stands on its standard input";
}

TEST(CommandOutput, OfAProgramThatHangsFailsOrTalksTooMuchIsRefused) {
  EXPECT_THROW(output_of({"sleep", "60"}, 100, 1), Error);
  EXPECT_THROW(output_of({"sh", "-c", "exec sleep 60 >&-"}, 100, 1), Error);
  EXPECT_THROW(output_of({"false"}, 100, 10), Error);
  EXPECT_THROW(output_of({"yes"}, 100, 10), Error);
  EXPECT_THROW(output_of({"no-such-program-anywhere"}, 100, 10), Error);
}

}  // namespace
}  // namespace homeroom::world
