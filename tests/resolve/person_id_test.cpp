#include <gmock/gmock.h>

#include "hub/resolve/resolve.hpp"

namespace homeroom::resolve {
namespace {

TEST(PersonId, SpellsEightyBitsInFourGroups) {
  EXPECT_EQ(person_id(std::string(10, '\0')), "p-aaaa-aaaa-aaaa-aaaa");
  EXPECT_EQ(person_id(std::string(32, '\xff')), "p-7777-7777-7777-7777");
  EXPECT_EQ(person_id(std::string("\0\0\0\0\0\0\0\0\0\1", 10)), "p-aaaa-aaaa-aaaa-aaab");
}

}  // namespace
}  // namespace homeroom::resolve
