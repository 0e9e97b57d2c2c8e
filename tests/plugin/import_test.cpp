#include "hub/plugin/import.hpp"

#include <gmock/gmock.h>

#include "homeroom/error.hpp"

namespace homeroom::plugin {
namespace {

// One column of Arrow built by hand; owns nothing.
struct OneColumn {
  OneColumn(const char* format, int64_t rows, std::vector<const void*> given)
      : buffers(std::move(given)) {
    schema.format = format;
    schema.name = "it";
    array.length = rows;
    array.n_buffers = static_cast<int64_t>(buffers.size());
    array.buffers = buffers.data();
    batch.schema.format = "+s";
    batch.schema.n_children = 1;
    batch.schema.children = &schema_list;
    batch.schema.release = [](ArrowSchema*) {};
    batch.rows.length = rows;
    batch.rows.n_children = 1;
    batch.rows.children = &array_list;
    batch.rows.release = [](ArrowArray*) {};
  }
  record::Batch import() { return import_batch(batch, {"it"}, arena); }
  bool is_refused() {
    try {
      import();
    } catch (const Error& error) {
      return error.next == Next::fail;
    }
    return false;
  }

  std::vector<const void*> buffers;
  ArrowSchema schema{};
  ArrowArray array{};
  ArrowSchema* schema_list = &schema;
  ArrowArray* array_list = &array;
  hr_batch batch{};
  record::Arena arena;
};

TEST(Import, TakesTextsWithOffsetsOfBothSizes) {
  const char data[] = "shorta text of more than twelve bytes";
  const int32_t small[] = {0, 5, 5, 37};
  const int64_t large[] = {0, 5, 5, 37};
  const uint8_t bits[] = {0b101};
  OneColumn u("u", 3, {bits, small, data});
  OneColumn big("U", 3, {bits, large, data});
  u.array.null_count = big.array.null_count = 1;
  for (auto* column : {&u, &big}) {
    auto rows = column->import();
    EXPECT_EQ(rows.columns[0].text_at(0).view(), "short");
    EXPECT_FALSE(rows.columns[0].is_valid(1));
    EXPECT_EQ(rows.columns[0].text_at(2).view(), "a text of more than twelve bytes");
  }
}

TEST(Import, RefusesOffsetsThatRunBackOrTooFar) {
  const char data[64] = {};
  const int32_t back[] = {0, 9, 5};
  const int32_t before[] = {-4, 0, 5};
  const int32_t huge[] = {0, 0, 1 << 30};
  for (auto* offsets : {back, before, huge}) {
    OneColumn column("u", 2, {nullptr, offsets, data});
    EXPECT_TRUE(column.is_refused());
  }
  OneColumn no_data("u", 2, {nullptr, back, nullptr});
  EXPECT_TRUE(no_data.is_refused());
}

TEST(Import, StartsAtTheOffsetsOfArrayAndRows) {
  const int64_t values[] = {1, 2, 3, 4, 5};
  const uint8_t bits[] = {0b10111};
  OneColumn column("l", 2, {bits, values});
  column.array.offset = 1;
  column.array.null_count = -1;
  column.array.length = 4;
  column.batch.rows.offset = 2;
  auto rows = column.import();
  EXPECT_FALSE(rows.columns[0].is_valid(0));
  EXPECT_TRUE(rows.columns[0].is_valid(1));
  EXPECT_EQ(rows.columns[0].at<int64_t>(1), 5);
}

TEST(Import, TurnsBitsNumbersAndDatesIntoTheHubsTypes) {
  const uint8_t bits[] = {0b10};
  OneColumn yes_no("b", 2, {nullptr, bits});
  EXPECT_EQ(yes_no.import().columns[0].at<uint8_t>(1), 1);
  const double numbers[] = {1.5, 2.5};
  OneColumn real("g", 2, {nullptr, numbers});
  EXPECT_EQ(real.import().columns[0].at<double>(1), 2.5);
  const int32_t days[] = {0, 20466};
  OneColumn date("tdD", 2, {nullptr, days});
  EXPECT_EQ(date.import().columns[0].type, record::Type::date);
  EXPECT_EQ(date.import().columns[0].at<int32_t>(1), 20466);
  OneColumn small("i", 2, {nullptr, days});
  EXPECT_EQ(small.import().columns[0].at<int64_t>(1), 20466);
}

TEST(Import, GivesATimestampTheOffsetOfItsZone) {
  const int64_t ms[] = {1768274100000};
  OneColumn column("tsm:America/New_York", 1, {nullptr, ms});
  auto rows = column.import();
  auto stamp = rows.columns[0].at<record::Timestamp>(0);
  EXPECT_EQ(stamp.utc_us, 1768274100000000);
  EXPECT_EQ(stamp.offset_minutes, -300);
  OneColumn bare("tsn:", 1, {nullptr, ms});
  EXPECT_FALSE(bare.import().columns[0].at<record::Timestamp>(0).has_offset);
  OneColumn unknown("tsm:Maple/Hollow", 1, {nullptr, ms});
  EXPECT_TRUE(unknown.is_refused());
  const int64_t huge[] = {INT64_MAX};
  OneColumn far("tss:", 1, {nullptr, huge});
  EXPECT_TRUE(far.is_refused());
}

TEST(Import, KnowsJsonByItsExtensionName) {
  const int32_t offsets[] = {0, 2};
  const std::string key = "ARROW:extension:name";
  const std::string name = "homeroom.json";
  auto number = [](int32_t value) { return std::string(reinterpret_cast<char*>(&value), 4); };
  std::string metadata = number(1) + number(20) + key + number(13) + name;
  OneColumn column("u", 1, {nullptr, offsets, "{}"});
  column.schema.metadata = metadata.c_str();
  EXPECT_EQ(column.import().columns[0].type, record::Type::json);
}

TEST(Import, RefusesBuffersThatAreNotThere) {
  for (auto format : {"l", "g", "b", "tdD", "tsu:", "vu", "u"}) {
    OneColumn column(format, 1, {nullptr, nullptr, nullptr});
    EXPECT_TRUE(column.is_refused()) << format;
    OneColumn none(format, 1, {});
    EXPECT_TRUE(none.is_refused()) << format;
  }
}

}  // namespace
}  // namespace homeroom::plugin
