#include "hub/plugin/import.hpp"

#include <cstring>
#include <random>
#include <utility>

#include <gmock/gmock.h>

#include "homeroom/error.hpp"
#include "hub/plugin/short_views.hpp"

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

// 600 views of every kind, one behind the other: short ones with rubbish behind their letters, long
// ones in two buffers, some of which end where their buffer ends, and nulls that point anywhere.
struct ManyViews {
  ManyViews() {
    std::mt19937 dice(5);
    for (auto& text : data)
      while (text.size() < 500) text += static_cast<char>('a' + dice() % 26);
    for (int row = 0; row < 600; ++row) {
      // Rows of one kind in long stretches, so that four below each other are often alike.
      uint32_t kind = row < 200 ? 0 : row < 300 ? 1 : dice() % 4;
      auto in = static_cast<int32_t>(dice() % 2),
           size = static_cast<int32_t>(dice() % (kind == 0 ? 13 : 60));
      auto offset = static_cast<int32_t>(kind == 2 ? data[in].size() - static_cast<size_t>(size)
                                                   : dice() % 400);
      std::string text = data[in].substr(static_cast<size_t>(offset), static_cast<size_t>(size));
      View view{size, {'#', '#', '#', '#'}, 0x23232323, 0x23232323};
      if (size > 12) view.buffer = in, view.offset = offset;
      auto inside = static_cast<size_t>(size > 12 ? 4 : size);
      std::memcpy(reinterpret_cast<char*>(&view) + 4, text.data(), inside);
      if (kind == 3) {
        view = {static_cast<int32_t>(dice()), {'#', '#', '#', '#'}, -7, -7};
        text.clear();
      }
      bits[static_cast<size_t>(row / 8)] |= static_cast<uint8_t>((kind != 3) << row % 8);
      nulls += kind == 3;
      views.push_back(view);
      texts.push_back(text);
      there.push_back(kind != 3);
    }
  }
  std::vector<const void*> buffers() const {
    return {bits, views.data(), data[0].data(), data[1].data(), sizes};
  }

  std::string data[2];
  int64_t sizes[2] = {500, 500};
  uint8_t bits[75] = {};
  int64_t nulls = 0;
  std::vector<View> views;
  std::vector<std::string> texts;
  std::vector<bool> there;
};

TEST(Import, TakesViewsOfEveryKindBesideEachOther) {
  ManyViews many;
  for (int64_t first : {0, 1, 2, 3, 201}) {
    OneColumn column("vu", 600 - first, many.buffers());
    column.array.offset = first;
    column.array.null_count = many.nulls;
    auto rows = column.import();
    for (uint32_t row = 0; row < rows.rows; ++row) {
      auto at = row + static_cast<size_t>(first);
      ASSERT_EQ(rows.columns[0].is_valid(row), many.there[at]);
      ASSERT_EQ(rows.columns[0].text_at(row).view(), many.texts[at]);
      // Texts are compared by all 16 bytes.
      ASSERT_TRUE(rows.columns[0].text_at(row) == column.arena.keep(many.texts[at]));
    }
  }
}

TEST(Import, TakesShortViewsAlikeInEveryWayOfThisProcessor) {
  ManyViews many;
  std::vector<uint8_t> there(many.there.begin(), many.there.end());
  auto* from = reinterpret_cast<const View*>(many.views.data());
  auto all = take_short_ways();
  for (uint32_t first = 0; first < 600; ++first)
    for (const auto* valid :
         {static_cast<const uint8_t*>(nullptr), std::as_const(there).data() + first}) {
      std::vector<record::Text> expected(600);
      uint64_t expected_bytes = 0;
      auto taken = all.ways[0](from + first, valid, 600 - first, expected.data(), expected_bytes);
      for (uint32_t way = 1; way < all.count; ++way) {
        std::vector<record::Text> texts(600);
        uint64_t bytes = 0;
        ASSERT_EQ(all.ways[way](from + first, valid, 600 - first, texts.data(), bytes), taken);
        ASSERT_EQ(bytes, expected_bytes);
        ASSERT_EQ(std::memcmp(texts.data(), expected.data(), 16 * size_t{taken}), 0);
      }
    }
}

TEST(Import, RefusesAViewThatLeadsOutOfItsBuffers) {
  const View wrong[] = {{13, {}, -1, 0},        {13, {}, 2, 0},
                        {13, {}, 3, 0},         {13, {}, INT32_MAX, 0},
                        {13, {}, 0, 488},       {13, {}, 1, -1},
                        {13, {}, 0, INT32_MAX}, {-1, {}, 0, 0},
                        {INT32_MIN, {}, 0, 0},  {HR_MAX_CELL + 1, {}, 0, 0}};
  for (const auto& view : wrong)
    for (size_t at : {0, 1, 2, 3, 250, 599}) {
      ManyViews many;
      many.views[at] = view;
      many.bits[at / 8] |= static_cast<uint8_t>(1 << at % 8);
      OneColumn column("vu", 600, many.buffers());
      column.array.null_count = many.nulls;
      EXPECT_TRUE(column.is_refused())
          << view.size << ' ' << view.buffer << ' ' << view.offset << " at " << at;
    }
  ManyViews many;
  auto buffers = many.buffers();
  buffers[2] = nullptr;
  OneColumn without_bytes("vu", 600, buffers);
  without_bytes.array.null_count = many.nulls;
  EXPECT_TRUE(without_bytes.is_refused());
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
