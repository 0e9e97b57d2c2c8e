// Entries lie many to a page, and few changes of a page beside it; whichever of the two a night
// chose, they are told as one map would.
#include "hub/store/entry_pages.hpp"

#include <fstream>
#include <map>
#include <memory>
#include <random>
#include <string>

#include <gmock/gmock.h>

#include "hub/sql/on_sqlite.hpp"
#include "hub/world/files.hpp"

namespace homeroom::store {
namespace {

using Model = std::map<uint32_t, std::string>;

class Entries : public testing::Test {
 protected:
  Entries() {
    database_.run("CREATE TABLE page(key INTEGER PRIMARY KEY, entries BLOB NOT NULL)");
    database_.run("CREATE TABLE beside(key INTEGER PRIMARY KEY, entry BLOB NOT NULL)");
    open_anew();
  }

  void open_anew() { pages_ = std::make_unique<EntryPages>(database_, "page", 8, "beside"); }

  void put(uint32_t id, const std::string& entry) {
    pages_->put(owner, id, entry);
    model_[id] = entry;
  }
  void erase(uint32_t id) {
    pages_->erase(owner, id);
    model_.erase(id);
  }
  /// A first load of `count` entries.
  void load(uint32_t count) {
    for (uint32_t id = 0; id < count; ++id) put(id, "first " + std::to_string(id));
    pages_->flush();
  }

  Model told() {
    Model told;
    pages_->each(owner, [&](uint32_t id, std::string_view entry) { told.emplace(id, entry); });
    return told;
  }
  /// All that pages say, whoever asks.
  std::string page_bytes() { return database_.text("SELECT group_concat(hex(entries)) FROM page"); }
  int64_t beside() { return database_.number("SELECT count(*) FROM beside"); }

  std::filesystem::path empty_file() {
    auto file = scratch_.path() / "entries.db";
    std::ofstream(file).flush();
    return file;
  }

  static constexpr uint32_t owner = 3;
  world::ScratchFolder scratch_{std::filesystem::temp_directory_path()};
  sql::OnSqlite database_{empty_file(), sqlite::Access::write};
  std::unique_ptr<EntryPages> pages_;
  Model model_;
};

TEST_F(Entries, OfWhichFewChangeLieBesideTheirPage) {
  load(1000);
  auto pages = page_bytes();
  open_anew();
  put(7, "a longer one than before");
  put(300, "changed");
  pages_->flush();
  EXPECT_EQ(page_bytes(), pages);
  EXPECT_EQ(beside(), 2);
  EXPECT_EQ(told(), model_);
  open_anew();
  EXPECT_EQ(pages_->find(owner, 7), "a longer one than before");
  EXPECT_EQ(pages_->find(owner, 8), "first 8");
}

TEST_F(Entries, GoIntoTheirPageWhenManyHaveChanged) {
  load(1000);
  for (uint32_t night = 0; night < 17; ++night) {
    open_anew();
    put(256 + night, "of night " + std::to_string(night));
    put(600, "of night " + std::to_string(night));
    pages_->flush();
  }
  EXPECT_EQ(told(), model_);
  EXPECT_EQ(beside(), 1) << "the one that changed each night, alone in its page";
}

TEST_F(Entries, ThatGoAreTakenOutOfThePage) {
  load(1000);
  open_anew();
  put(7, "changed");
  put(8, "changed");
  pages_->flush();
  open_anew();
  erase(7);
  pages_->flush();
  EXPECT_EQ(beside(), 0);
  EXPECT_EQ(told(), model_);
  EXPECT_EQ(pages_->find(owner, 7), std::nullopt);
}

TEST_F(Entries, BehindTheLastCountForTheEnd) {
  load(1000);
  open_anew();
  put(1005, "new");
  pages_->flush();
  EXPECT_EQ(beside(), 1);
  EXPECT_EQ(pages_->end(owner), 1006u);
  EXPECT_EQ(pages_->end(owner + 1), 0u);
}

TEST_F(Entries, OfAnotherOwnerAreNotMixed) {
  load(300);
  open_anew();
  pages_->put(owner + 1, 7, "of another");
  put(7, "changed");
  pages_->flush();
  EXPECT_EQ(told(), model_);
}

TEST_F(Entries, AreChangedInPlaceWhereverTheyLie) {
  load(1000);
  open_anew();
  put(7, "x");
  pages_->flush();
  pages_->change_each(owner, [&](uint32_t id, char* entry) {
    if (id != 7 && id != 500) return false;
    *entry = 'Z';
    return true;
  });
  model_[7] = "Z";
  model_[500] = "Zirst 500";
  EXPECT_EQ(told(), model_);
  open_anew();
  EXPECT_EQ(told(), model_);
}

class EntriesSeed : public Entries, public testing::WithParamInterface<unsigned> {};

TEST_P(EntriesSeed, AreToldAsOneMapWouldAfterAnyNights) {
  std::mt19937 random(GetParam());
  load(5000);
  int64_t most_beside = 0, least_beside = 1000;
  for (int night = 0; night < 60; ++night) {
    auto before = model_;
    database_.begin_writing();
    uint32_t around = random() % 5000;
    for (int times = random() % 2 ? random() % 20 : random() % 400; times > 0; --times) {
      uint32_t id = random() % 3 ? random() % 6000 : around + random() % 40;
      if (random() % 40 == 0) {
        erase(id);
      } else if (random() % 2) {
        put(id, std::string(random() % 60, static_cast<char>('a' + night % 26)));
      } else {
        auto found = pages_->find(owner, id);
        ASSERT_EQ(found.has_value(), model_.contains(id));
        ASSERT_EQ(found.value_or(""), model_.contains(id) ? model_[id] : "");
      }
    }
    if (random() % 4 == 0) {
      database_.rollback();
      pages_->forget();
      model_ = before;
    } else {
      pages_->flush();
      database_.commit();
    }
    if (random() % 2) open_anew();
    ASSERT_EQ(told(), model_);
    ASSERT_EQ(pages_->end(owner), model_.rbegin()->first + 1);
    most_beside = std::max(most_beside, beside());
    least_beside = std::min(least_beside, beside());
  }
  EXPECT_GT(most_beside, 50);
  EXPECT_LT(least_beside, most_beside);
}

INSTANTIATE_TEST_SUITE_P(Seeds, EntriesSeed, testing::Range(1u, 11u));

}  // namespace
}  // namespace homeroom::store
