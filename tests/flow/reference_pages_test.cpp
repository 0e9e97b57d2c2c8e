// Rows of a reference stream in pages: found by their keys, and only pages that changed are written
// anew. A store that has them in one piece is read all the same.
#include "hub/flow/reference_pages.hpp"

#include <deque>
#include <map>
#include <random>

#include <gmock/gmock.h>

#include "hub/flow/reference_columns.hpp"
#include "hub/keys/keys.hpp"
#include "hub/store/store.hpp"
#include "tests/world/scratch.hpp"

namespace homeroom::flow {
namespace {

constexpr uint32_t source = 1;

class Pages : public testing::Test {
 protected:
  Pages() {
    store_->begin();
    EXPECT_EQ(store_->source_number("sis"), source);
  }

  /// A class with its title.
  RowRef row(const std::string& key, const std::string& title) {
    std::vector<record::Text> cells{record::text(texts_.emplace_back(key)),
                                    record::text(texts_.emplace_back(title))};
    std::vector<record::Column> columns(2);
    for (std::size_t i = 0; i < 2; ++i) columns[i].values = &cells[i];
    RowRef ref;
    ref.row = write_row(rows_, columns, 0, {1, 1, 7, 0}).bytes();
    return ref;
  }
  /// Classes of many schools, in any order.
  std::vector<RowRef> classes(uint32_t many) {
    std::vector<RowRef> made;
    for (uint32_t i = 0; i < many; ++i) made.push_back(row(key(i), "Class " + std::to_string(i)));
    std::shuffle(made.begin(), made.end(), std::mt19937(5));
    return made;
  }
  static std::string key(uint32_t i) {
    return "cls-" + std::to_string(i / 200) + '-' + std::to_string(i % 200);
  }

  ReferencePages pages() { return {*store_, source, "classes"}; }
  void replace(const std::vector<RowRef>& rows) { pages().replace(rows, {0}); }
  /// The bytes of each page, by its name.
  std::map<std::string, std::string> stored(std::size_t numbers) {
    std::map<std::string, std::string> all;
    for (std::size_t i = 0; i < numbers; ++i) {
      auto name = "classes\x1f" + std::to_string(i);
      all[name] = store_->reference(source, name);
    }
    return all;
  }
  static std::size_t differing(const std::map<std::string, std::string>& one,
                               const std::map<std::string, std::string>& other) {
    std::size_t count = 0;
    for (const auto& [name, bytes] : one) count += other.at(name) != bytes;
    return count;
  }
  /// Titles of the classes with these keys, as a mapping looks them up.
  std::vector<std::string> looked_up(const std::vector<std::string>& keys) {
    ReferenceColumns columns;
    record::Arena arena;
    columns.look_up_in(pages(), 0, 4, 2);
    std::vector<std::string> titles;
    for (const auto& key : keys) {
      auto rows = columns.with({key}, arena);
      titles.emplace_back("none");
      for (uint32_t i = 0; i < rows.rows; ++i)
        if (rows.columns[0].text_at(i).view() == key)
          titles.back() = rows.columns[1].text_at(i).view();
    }
    return titles;
  }

  world::ScratchFolder folder_ = scratch();
  std::string tenant_ = std::string(32, 'a');
  std::unique_ptr<keys::KeyRing> keys_ = keys::KeyRing::open(folder_.path() / "keys", tenant_);
  std::unique_ptr<store::Store> store_ =
      store::Store::open("sqlite:" + (folder_.path() / "hub.db").string(), tenant_, *keys_, true);
  RunMemory memory_{1 << 20};
  RowMemory rows_{memory_};
  std::deque<std::string> texts_;
};

TEST_F(Pages, RowsAreFoundByTheirKeys) {
  replace(classes(5000));
  std::vector<std::string> keys, titles;
  for (uint32_t i = 0; i < 5000; i += 7) {
    keys.push_back(key(i));
    titles.push_back("Class " + std::to_string(i));
  }
  EXPECT_EQ(looked_up(keys), titles);
  EXPECT_THAT(looked_up({"", "cls-0-00", "zzz", "cls-3-5"}),
              testing::ElementsAre("none", "none", "none", "Class 605"));
}

TEST_F(Pages, AStreamOfWhichNothingWasEverReadHasNone) {
  EXPECT_TRUE(pages().are_pages());
  EXPECT_EQ(pages().all(), "");
  EXPECT_THAT(looked_up({"cls-0-0"}), testing::ElementsAre("none"));
}

TEST_F(Pages, OfARowThatChangesComesOrGoesOnlyItsPageIsWritten) {
  auto rows = classes(5000);
  replace(rows);
  auto before = stored(400);
  replace(rows);
  EXPECT_EQ(differing(before, stored(400)), 0u);

  rows[17] = row(key(5001), "Another class");
  replace(rows);
  auto after = stored(400);
  EXPECT_GE(differing(before, after), 1u);
  EXPECT_LE(differing(before, after), 4u) << "where one went and where one came";
  EXPECT_THAT(looked_up({key(5001)}), testing::ElementsAre("Another class"));
}

TEST_F(Pages, NoneOfTheRowsThatWentIsKept) {
  replace(classes(5000));
  replace(classes(3));
  std::size_t bytes = 0;
  for (const auto& [name, page] : stored(400)) bytes += page.size();
  EXPECT_EQ(bytes, pages().all().size());
  EXPECT_THAT(looked_up({key(2), key(3)}), testing::ElementsAre("Class 2", "none"));
}

TEST_F(Pages, AStoreOfBeforeHasThemInOnePiece) {
  auto rows = classes(300);
  std::string whole;
  for (const auto& one : rows) whole += StoredRow(one.row).all();
  store_->put_reference(source, "classes", whole);
  EXPECT_FALSE(pages().are_pages());
  EXPECT_EQ(pages().all(), whole);
  replace(rows);
  EXPECT_TRUE(pages().are_pages());
  EXPECT_EQ(pages().all().size(), whole.size());
  EXPECT_THAT(looked_up({key(299)}), testing::ElementsAre("Class 299"));
}

}  // namespace
}  // namespace homeroom::flow
