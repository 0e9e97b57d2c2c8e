#include "homeroom/settings.hpp"

#include <gmock/gmock.h>

#include "homeroom/error.hpp"

namespace homeroom {
namespace {

using testing::ElementsAre;

const Settings settings({{"path", "/p"},
                         {"size", "12"},
                         {"strict", "true"},
                         {"paths.0", "a"},
                         {"paths.1", "b"},
                         {"files.t", "t.csv"},
                         {"files.u.path", "u.csv"},
                         {"files.u.key", "A,B"}});

std::string error(auto work) {
  try {
    work();
  } catch (const Error& problem) {
    return problem.next == Next::fix_settings ? problem.what() : "another kind of error";
  }
  return {};
}

TEST(Settings, AreTypedWhereTheyAreRead) {
  EXPECT_EQ(settings.text("path"), "/p");
  EXPECT_EQ(settings.integer("size"), 12);
  EXPECT_TRUE(settings.boolean("strict"));
  EXPECT_EQ(settings.integer_or("none", 7), 7);
  EXPECT_FALSE(settings.optional("none"));
}

TEST(Settings, GiveListsAndWhatLiesBelow) {
  EXPECT_THAT(settings.list("paths"), ElementsAre("a", "b"));
  EXPECT_THAT(settings.names_below("files"), ElementsAre("t", "u"));
  EXPECT_EQ(settings.below("files.u").text("key"), "A,B");
}

TEST(Settings, NameWhatIsMissingOrWrong) {
  EXPECT_EQ(error([] { settings.text("none"); }), "setting none is missing");
  EXPECT_EQ(error([] { settings.below("files.u").text("role"); }),
            "setting files.u.role is missing");
  EXPECT_EQ(error([] { settings.integer("path"); }), "setting path is not a whole number");
  EXPECT_EQ(error([] { settings.boolean("size"); }), "setting size is neither true nor false");
}

}  // namespace
}  // namespace homeroom
