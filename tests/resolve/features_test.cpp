#include <gmock/gmock.h>

#include "hub/record/date.hpp"
#include "hub/resolve/resolve.hpp"

namespace homeroom::resolve {
namespace {

record::Model model() {
  record::Entity student;
  student.name = "student";
  for (const char* path :
       {"identifiers.district", "name.first", "name.last", "birthDate", "sex",
        "addresses.home.line", "addresses.home.postal", "phones.mobile", "phones.home"}) {
    record::Field field;
    field.path = path;
    student.fields.push_back(field);
  }
  return {{student}, {}};
}

Features read(std::vector<std::pair<record::FieldId, std::string>> fields) {
  std::string bytes;
  record::RowWriter writer(bytes);
  writer.begin(0, "S1");
  for (const auto& [field, json] : fields) writer.field(field, json);
  writer.end();
  auto described = model();
  return FeatureReader(described).read(record::RowView(bytes));
}

TEST(FeatureReader, NormalisesWhatMatchingLooksAt) {
  auto features = read({{0, "\"1001\""},
                        {1, "\"Ana Mar\u00eda\""},
                        {2, "\"De La Test Jr.\""},
                        {3, "\"2014-05-06\""},
                        {4, "\"female\""},
                        {5, "\"1 Maple Lane, Apt 2\""},
                        {6, "\"43001-0001\""},
                        {8, "\"(614) 555-0101\""}});
  EXPECT_EQ(features.district_number, "1001");
  EXPECT_EQ(features.first, "ana maria");
  EXPECT_EQ(features.last, "de la test");
  EXPECT_EQ(features.birth_date, record::parse_iso_date("2014-05-06"));
  EXPECT_EQ(features.sex, 'F');
  EXPECT_EQ(features.street, "1 maple ln");
  EXPECT_EQ(features.postal, "43001");
  EXPECT_EQ(features.phone, "+16145550101");
}

TEST(FeatureReader, AsksTheHomePhoneBeforeTheMobile) {
  EXPECT_EQ(read({{7, "\"614 555 0102\""}, {8, "\"614 555 0101\""}}).phone, "+16145550101");
  EXPECT_EQ(read({{7, "\"614 555 0102\""}}).phone, "+16145550102");
}

TEST(FeatureReader, ReadsNothingFromAnEmptyRow) {
  EXPECT_EQ(read({}), Features{});
}

TEST(Pack, BringsBackTheSameFeatures) {
  Features full{"1001", "OH7", "ana",   "maria",        "de la test",
                16196,  'F',   "43001", "+16145550101", "1 maple ln"};
  std::string bytes;
  pack(full, bytes);
  pack(Features{}, bytes);
  std::string_view rest = bytes;
  EXPECT_EQ(unpack(rest), full);
  EXPECT_EQ(unpack(rest), Features{});
  EXPECT_TRUE(rest.empty());
}

TEST(PersonId, SpellsEightyBitsInFourGroups) {
  EXPECT_EQ(person_id(std::string(10, '\0')), "p-aaaa-aaaa-aaaa-aaaa");
  EXPECT_EQ(person_id(std::string(32, '\xff')), "p-7777-7777-7777-7777");
  EXPECT_EQ(person_id(std::string("\0\0\0\0\0\0\0\0\0\1", 10)), "p-aaaa-aaaa-aaaa-aaab");
}

}  // namespace
}  // namespace homeroom::resolve
