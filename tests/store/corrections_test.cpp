// What people set for students: kept sealed, together with the audit entry that answers for it.
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hub/keys/keys.hpp"
#include "hub/sqlite/sqlite.hpp"
#include "hub/store/store.hpp"
#include "hub/world/files.hpp"
#include "tests/store/chains.hpp"

namespace homeroom::store {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

const AuditRow entry{1'700'000'000'000, "liaison", "correct", "p-1 birthDate",
                     "because of Zyxwquist"};

class Corrected : public ::testing::Test {
 protected:
  void SetUp() override {
    store_ = open();
    store_->begin();
    store_->publish();
  }
  std::unique_ptr<Store> open() {
    return Store::open("sqlite:" + file().string(), "t1", *keys_, true);
  }
  std::filesystem::path file() const { return scratch_.path() / "district.db"; }
  static Correction correction(const std::string& field, const std::string& value) {
    Correction made;
    made.person = 7;
    made.field = field;
    made.until = 20'000;
    made.made_ms = entry.at_ms;
    made.actor = entry.actor;
    made.value = value;
    made.why = entry.why;
    return made;
  }
  void in_a_run(const std::function<void()>& change) {
    store_->begin();
    change();
    store_->publish();
  }

  world::ScratchFolder scratch_{std::filesystem::temp_directory_path()};
  std::unique_ptr<keys::KeyRing> keys_ = keys::KeyRing::open(scratch_.path() / "keys", "t1");
  std::unique_ptr<Store> store_;
};

TEST_F(Corrected, ComesBackAsItWasMade) {
  auto number = store_->put_correction(correction("birthDate", "\"2014-12-03\""), entry);
  store_.reset();
  store_ = open();
  auto all = store_->corrections();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].number, number);
  EXPECT_EQ(all[0].person, 7u);
  EXPECT_EQ(all[0].state, CorrectionState::waits);
  EXPECT_EQ(all[0].until, 20'000);
  EXPECT_EQ(all[0].value, "\"2014-12-03\"");
  EXPECT_EQ(all[0].why, entry.why);
}

TEST_F(Corrected, TakesThePlaceOfTheFormerOfTheField) {
  auto first = store_->put_correction(correction("sex", "\"F\""), entry);
  auto second = store_->put_correction(correction("sex", "\"M\""), entry);
  store_->put_correction(correction("birthDate", "null"), entry);
  EXPECT_NE(first, second);
  EXPECT_THAT(store_->corrections(), SizeIs(2));
}

TEST_F(Corrected, IsErasedByARunAndItsNumberIsNeverGivenAgain) {
  auto first = store_->put_correction(correction("sex", "\"F\""), entry);
  store_->drop_correction(first, entry);
  EXPECT_EQ(store_->corrections().at(0).state, CorrectionState::dropped);
  in_a_run([&] { store_->erase_correction(first); });
  EXPECT_THAT(store_->corrections(), IsEmpty());
  EXPECT_NE(store_->put_correction(correction("sex", "\"F\""), entry), first);
}

TEST_F(Corrected, IsAsItWasWhenARunIsTakenBack) {
  auto number = store_->put_correction(correction("sex", "\"F\""), entry);
  store_->begin();
  store_->set_correction_state(number, CorrectionState::stands);
  store_->rollback();
  EXPECT_EQ(store_->corrections().at(0).state, CorrectionState::waits);
}

TEST_F(Corrected, LeavesNeitherValueNorReasonInTheClear) {
  store_->put_correction(correction("name.first", "\"Zyxwquist\""), entry);
  store_.reset();
  std::string all;
  for (const auto& one : std::filesystem::directory_iterator(scratch_.path())) {
    std::ifstream in(one.path(), std::ios::binary);
    all.append(std::istreambuf_iterator<char>(in), {});
  }
  EXPECT_THAT(all, HasSubstr("name.first"));
  EXPECT_THAT(all, Not(HasSubstr("Zyxwquist")));
}

TEST_F(Corrected, StandsInTheChainOfTheAudit) {
  store_->put_correction(correction("sex", "\"F\""), entry);
  EXPECT_THAT(first_break(*store_), IsEmpty());
  store_.reset();
  sqlite::Database(file(), sqlite::Access::write).run("UPDATE audit SET actor = 'nobody'");
  store_ = open();
  EXPECT_EQ(first_break(*store_), "number 1 of the audit entries");
}

TEST_F(Corrected, IsKnownToAStoreOfTheFormerSchema) {
  store_.reset();
  sqlite::Database(file(), sqlite::Access::write)
      .run(
          "DROP TABLE correction; DROP TABLE decision; ALTER TABLE link_page DROP COLUMN weights; "
          "DROP TABLE feature_page; DROP TABLE posting_page; DROP TABLE posting_segment; "
          "DROP TABLE stream_history; DROP TABLE refusal; CREATE TABLE landed(source); "
          "ALTER TABLE stream_state RENAME COLUMN feeds_digest TO file_digest; "
          "ALTER TABLE link_page ADD COLUMN mark; ALTER TABLE link_page ADD COLUMN features; "
          "ALTER TABLE quarantine DROP COLUMN state; ALTER TABLE quarantine DROP COLUMN "
          "reads_again; ALTER TABLE quarantine DROP COLUMN seen_on; "
          "PRAGMA user_version = 4");
  store_ = open();
  EXPECT_THAT(store_->corrections(), IsEmpty());
  store_->put_correction(correction("sex", "\"F\""), entry);
  EXPECT_THAT(store_->corrections(), SizeIs(1));
}

}  // namespace
}  // namespace homeroom::store
