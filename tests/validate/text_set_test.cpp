#include "hub/validate/text_set.hpp"

#include <string>

#include <gmock/gmock.h>

namespace homeroom::validate {
namespace {

using record::text;

TEST(TextSet, HasWhatWasAddedAndNothingElse) {
  TextSet set;
  EXPECT_FALSE(set.has(text("a")));
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(set.add(text("code " + std::to_string(i))));
  EXPECT_FALSE(set.add(text("code 7")));
  EXPECT_TRUE(set.has(text("code 999")));
  EXPECT_FALSE(set.has(text("code 1000")));
}

TEST(TextSet, KeepsItsOwnCopyOfALongText) {
  TextSet set;
  {
    std::string passing = "a text too long to lie inside";
    set.add(text(passing));
    passing.assign(passing.size(), 'x');
  }
  EXPECT_TRUE(set.has(text("a text too long to lie inside")));
}

TEST(TextSet, HoldsTheEmptyText) {
  TextSet set;
  EXPECT_TRUE(set.add(text("")));
  EXPECT_FALSE(set.add(text("")));
  EXPECT_FALSE(set.has(text("b")));
}

}  // namespace
}  // namespace homeroom::validate
