// How single values are compared.
#include "hub/resolve/comparison.hpp"

#include <gmock/gmock.h>

#include "hub/resolve/values.hpp"

namespace homeroom::resolve {
namespace {

struct Pair {
  const char* a;
  const char* b;
};

class Names {
 public:
  Given given(const Pair& pair) {
    return table(pair).given(names_.find(pair.a), names_.find(pair.b));
  }
  Family family(const Pair& pair) {
    return table(pair).family(names_.find(pair.a), names_.find(pair.b));
  }

 private:
  NameTable table(const Pair& pair) {
    names_.id_of(pair.a);
    names_.id_of(pair.b);
    return NameTable(names_, usual_nicknames());
  }
  Dictionary names_;
};

TEST(GivenNames, AgreeMoreOrLess) {
  const std::pair<Pair, Given> cases[] = {{{"maria", "maria"}, Given::same},
                                          {{"mary ann", "maryann"}, Given::part},
                                          {{"jose luis", "luis"}, Given::part},
                                          {{"robert", "bob"}, Given::nickname},
                                          {{"liz", "beth"}, Given::nickname},
                                          {{"marisol", "marisal"}, Given::near},
                                          {{"marisol", "mairsol"}, Given::near},
                                          {{"j", "jonathan"}, Given::initial},
                                          {{"ana", "eva"}, Given::differs},
                                          {{"ana", "ava"}, Given::alike},
                                          {{"wilhelmina", "wilhelmena k"}, Given::near},
                                          {{"froddy", "frodegar"}, Given::alike},
                                          {{"frodie", "frodegar"}, Given::alike},
                                          {{"froddi", "frodegar luz"}, Given::alike},
                                          {{"froy", "frodegar"}, Given::alike},
                                          {{"fry", "frodegar"}, Given::differs},
                                          {{"froggy", "frodegar"}, Given::differs},
                                          {{"oscar", "petra"}, Given::differs}};
  for (const auto& [pair, expected] : cases) {
    EXPECT_EQ(Names().given(pair), expected) << pair.a << " and " << pair.b;
    EXPECT_EQ(Names().given({pair.b, pair.a}), expected) << pair.b << " and " << pair.a;
  }
}

TEST(FamilyNames, AgreeMoreOrLess) {
  const std::pair<Pair, Family> cases[] = {{{"de la cruz", "delacruz"}, Family::same},
                                           {{"garcia lopez", "lopez garcia"}, Family::parts},
                                           {{"garcia lopez", "lopez"}, Family::part},
                                           {{"testfield", "testfeild"}, Family::near},
                                           {{"garcia lopez", "garzia"}, Family::near_part},
                                           {{"testfield", "mockery"}, Family::differs}};
  for (const auto& [pair, expected] : cases) {
    EXPECT_EQ(Names().family(pair), expected) << pair.a << " and " << pair.b;
    EXPECT_EQ(Names().family({pair.b, pair.a}), expected) << pair.b << " and " << pair.a;
  }
}

TEST(BirthDates, AgreeMoreOrLess) {
  struct Case {
    uint32_t a, b;
    const char* level;
  };
  const Case cases[] = {{0x20120304, 0x20120304, "the same"},
                        {0x20120304, 0x20120403, "day and month swapped"},
                        {0x20120304, 0x20120305, "one digit"},
                        {0x20120304, 0x20120034, "one digit"},
                        {0x20120304, 0x20210304, "one digit"},
                        {0x20120304, 0x20120101, "first of January"},
                        {0x20120304, 0x20120329, "two of year, month, day"},
                        {0x20120304, 0x20121119, "near"},
                        {0x20120304, 0x19990715, "another date"},
                        {0x20091231, 0x20100131, "near"},
                        {0x20091231, 0x20110131, "another date"},
                        {0, 0x20120304, "not known"},
                        {0x20120231, 0x20120231, "the same"}};
  for (const auto& [a, b, level] : cases) {
    EXPECT_EQ(level_names(Compared::birth_date)[birth_date_level(a, b)], level)
        << std::hex << a << " and " << b;
    EXPECT_EQ(birth_date_level(a, b), birth_date_level(b, a));
  }
}

TEST(Addresses, AreReadInParts) {
  AddressParts parts;
  read_address("952 Ninth Way, Apt 11", parts);
  EXPECT_EQ(parts.number, "952");
  EXPECT_EQ(parts.street, "ninth way");
  EXPECT_EQ(parts.unit, "11");
  read_address("12 St. John's Street #4", parts);
  EXPECT_EQ(parts.street, "st johns st");
  EXPECT_EQ(parts.unit, "4");
  read_address("", parts);
  EXPECT_EQ(parts.number + parts.street + parts.unit, "");
}

TEST(Values, AreBroughtToOneSpelling) {
  EXPECT_EQ(normal_birth_date("2012-03-04"), "20120304");
  EXPECT_EQ(normal_birth_date("20120304"), "20120304");
  EXPECT_EQ(normal_birth_date("20120231"), "20120231");
  EXPECT_FALSE(is_possible_date("20120231"));
  EXPECT_EQ(normal_birth_date("03/04/2012"), "");
  EXPECT_EQ(normal_telephone("+1 (555) 000-1234"), "5550001234");
  EXPECT_EQ(normal_telephone("000-000-0000"), "");
  EXPECT_EQ(normal_telephone("12345"), "");
  EXPECT_EQ(normal_email(" Ann@Example.org "), "ann@example.org");
  EXPECT_EQ(normal_email("none"), "");
  EXPECT_EQ(normal_identifier("000-00-0000"), "");
  EXPECT_EQ(normal_identifier("a1-22"), "A122");
  EXPECT_EQ(normal_sex("Female"), "F");
  EXPECT_EQ(normal_sex("unknown"), "");
}

}  // namespace
}  // namespace homeroom::resolve
