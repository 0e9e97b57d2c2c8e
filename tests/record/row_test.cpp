// A row comes out as it went in, whatever the length of its parts, and can be skipped without
// reading it.
#include "hub/record/row.hpp"

#include <gmock/gmock.h>

namespace homeroom::record {
namespace {

using testing::ElementsAre;

std::vector<std::string> fields_of(const RowView& row) {
  std::vector<std::string> fields;
  row.each([&](const FieldView& field) {
    fields.push_back(std::to_string(field.field) + "=" + std::string(field.json));
  });
  return fields;
}

TEST(Row, FieldsComeOutInTheirOrder) {
  std::string bytes;
  RowWriter writer(bytes);
  writer.begin(3, "key");
  writer.field(1, "\"a\"");
  writer.field_by(130, [](std::string& json) { json += "true"; });
  writer.end();
  RowView row(bytes);
  EXPECT_EQ(row.entity(), 3);
  EXPECT_EQ(row.key(), "key");
  EXPECT_EQ(row.bytes(), bytes);
  EXPECT_THAT(fields_of(row), ElementsAre("1=\"a\"", "130=true"));
  EXPECT_EQ(row.find(130), "true");
  EXPECT_EQ(row.find(2), "");
  EXPECT_EQ(row.find(200), "");
}

TEST(Row, ARowWithoutFieldsSaysSo) {
  std::string bytes;
  RowWriter writer(bytes);
  writer.begin(0, "");
  writer.end();
  EXPECT_FALSE(RowView(bytes).has_fields());
}

class RowLength : public testing::TestWithParam<std::size_t> {};

TEST_P(RowLength, LongValuesAndKeysKeepTheirBytes) {
  std::string value(GetParam(), 'v');
  std::string key(GetParam(), 'k');
  std::string bytes;
  RowWriter writer(bytes);
  writer.begin(1, key);
  writer.field_by(0, [&](std::string& json) { json += value; });
  writer.field(1, value);
  writer.end();
  writer.begin(2, "next");
  writer.end();
  RowView row(bytes);
  EXPECT_TRUE(row.key() == key);
  EXPECT_TRUE(row.find(0) == value);
  EXPECT_TRUE(row.find(1) == value);
  EXPECT_EQ(RowView(std::string_view(bytes).substr(row.bytes().size())).key(), "next");
}

INSTANTIATE_TEST_SUITE_P(Sizes, RowLength,
                         testing::Values(0, 1, 127, 128, 129, 16383, 16384, 70000));

TEST(Row, ACopyHasAKeyOfTwoPartsAndTheSameFields) {
  std::string bytes;
  RowWriter writer(bytes);
  writer.begin(5, "own");
  writer.field(4, "7");
  writer.end();
  std::string copied;
  RowWriter(copied).copy(RowView(bytes), "sis/", "own");
  RowView row(copied);
  EXPECT_EQ(row.entity(), 5);
  EXPECT_EQ(row.key(), "sis/own");
  EXPECT_THAT(fields_of(row), ElementsAre("4=7"));
  EXPECT_EQ(row.bytes().size(), copied.size());
}

}  // namespace
}  // namespace homeroom::record
