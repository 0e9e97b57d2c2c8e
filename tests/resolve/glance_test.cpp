// What eight bytes tell of a value must be what reading it would tell.
#include "hub/resolve/glance.hpp"

#include <random>
#include <string>

#include <gtest/gtest.h>

namespace homeroom::resolve {
namespace {

std::string random_text(std::mt19937& random, const std::string& letters, std::size_t least,
                        std::size_t most) {
  std::string text;
  auto size = std::uniform_int_distribution<std::size_t>(least, most)(random);
  while (text.size() < size) text += letters[random() % letters.size()];
  return text;
}

/// One letter left out, put in, replaced or swapped with its neighbour.
std::string slip(std::mt19937& random, std::string text, const std::string& letters) {
  auto at = random() % text.size();
  switch (random() % 4) {
    case 0:
      return text.erase(at, 1);
    case 1:
      return text.insert(at, 1, letters[random() % letters.size()]);
    case 2:
      text[at] = letters[random() % letters.size()];
      return text;
    default:
      std::swap(text[at], text[(at + 1) % text.size()]);
      return text;
  }
}

TEST(Glances, TellOfWordsAndNumbersWhetherOneSlipLiesBetween) {
  struct Kind {
    const char* letters;
    std::size_t least, most;
  };
  std::mt19937 random(11);
  int slips = 0;
  for (auto [letters, least, most] : {Kind{"abc", 1, 6}, Kind{"0123", 1, 6}, Kind{"0189", 9, 13}})
    for (int i = 0; i < 60'000; ++i) {
      auto a = random_text(random, letters, least, most);
      auto b = random() % 2 ? slip(random, a, letters) : random_text(random, letters, least, most);
      if (random() % 4 == 0 && !b.empty()) b = slip(random, b, letters);
      Glance x(a), y(b);
      ASSERT_EQ(x.size(), a.size());
      if (x.form() != y.form()) continue;
      ASSERT_NE(x.form(), Glance::Form::text);
      ASSERT_EQ(Glance::is_one_slip(x, y), edits(a, b) <= 1) << a << " and " << b;
      slips += edits(a, b) == 1;
    }
  EXPECT_GT(slips, 10'000);
}

TEST(Glances, KeepWhatFitsAndOfTheRestItsShape) {
  EXPECT_EQ(Glance("").form(), Glance::Form::word);
  EXPECT_EQ(Glance("60001").form(), Glance::Form::word);
  EXPECT_EQ(Glance("5550001234").form(), Glance::Form::number);
  EXPECT_EQ(Glance("12345678901234").form(), Glance::Form::number);
  EXPECT_EQ(Glance("123456789012345").form(), Glance::Form::text);
  EXPECT_EQ(Glance(std::string_view("a\0b", 3)).form(), Glance::Form::text);
  Glance street("12 makebelieve lane");
  EXPECT_EQ(street.form(), Glance::Form::text);
  EXPECT_EQ(street.size(), 19U);
  EXPECT_EQ(street.shape().letters, letter_set("12 makebelieve lane"));
}

}  // namespace
}  // namespace homeroom::resolve
