#include "hub/record/json_string.hpp"

#include <random>

#include <gtest/gtest.h>

#include "hub/record/arena.hpp"
#include "hub/record/json.hpp"

namespace homeroom::record {
namespace {

// The plain form, which goes letter by letter into a string, is the measure.
TEST(JsonString, IsTheSameAtAPlaceAsInAString) {
  const std::string letters = "abcdefgh\"\\\x1f\n\xc3\xa9\x7f";
  std::mt19937 dice(11);
  for (size_t size = 0; size < 70; ++size)
    for (int round = 0; round < 200; ++round) {
      std::string text;
      while (text.size() < size) text += letters[dice() % (round % 2 ? 8 : letters.size())];
      Arena arena;
      std::string room(json_string_room(size), '#');
      auto* end = write_json_string(room.data(), arena.keep(text));
      std::string expected;
      append_json_string(expected, text);
      ASSERT_EQ(std::string(room.data(), end), expected);
    }
}

TEST(JsonString, EscapesEveryControlCharacter) {
  std::string out;
  append_json_string(out, std::string("\0\x01\b\t\n\f\r\x1e\x1f \"\\/", 13));
  EXPECT_EQ(out, R"("\u0000\u0001\b\t\n\f\r\u001e\u001f \"\\/")");
}

}  // namespace
}  // namespace homeroom::record
