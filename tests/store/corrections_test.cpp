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
#include "tests/store/on_both.hpp"

namespace homeroom::store {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

const AuditRow entry{1'700'000'000'000, "liaison", "correct", "p-1 birthDate",
                     "because of Zyxwquist"};

class Corrected : public OnBoth {
 protected:
  void SetUp() override {
    store_ = open();
    store_->begin();
    store_->publish();
  }
  std::unique_ptr<Store> open() { return both_.open(); }
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

  std::unique_ptr<Store> store_;
};

TEST_P(Corrected, ComesBackAsItWasMade) {
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

TEST_P(Corrected, TakesThePlaceOfTheFormerOfTheField) {
  auto first = store_->put_correction(correction("sex", "\"F\""), entry);
  auto second = store_->put_correction(correction("sex", "\"M\""), entry);
  store_->put_correction(correction("birthDate", "null"), entry);
  EXPECT_NE(first, second);
  EXPECT_THAT(store_->corrections(), SizeIs(2));
}

TEST_P(Corrected, IsErasedByARunAndItsNumberIsNeverGivenAgain) {
  auto first = store_->put_correction(correction("sex", "\"F\""), entry);
  store_->drop_correction(first, entry);
  EXPECT_EQ(store_->corrections().at(0).state, CorrectionState::dropped);
  in_a_run([&] { store_->erase_correction(first); });
  EXPECT_THAT(store_->corrections(), IsEmpty());
  EXPECT_NE(store_->put_correction(correction("sex", "\"F\""), entry), first);
}

TEST_P(Corrected, IsAsItWasWhenARunIsTakenBack) {
  auto number = store_->put_correction(correction("sex", "\"F\""), entry);
  store_->begin();
  store_->set_correction_state(number, CorrectionState::stands);
  store_->rollback();
  EXPECT_EQ(store_->corrections().at(0).state, CorrectionState::waits);
}

TEST_P(Corrected, LeavesNeitherValueNorReasonInTheClear) {
  store_->put_correction(correction("name.first", "\"Zyxwquist\""), entry);
  store_.reset();
  auto all = both_.everything_on_disk();
  EXPECT_THAT(all, HasSubstr("name.first"));
  EXPECT_THAT(all, Not(HasSubstr("Zyxwquist")));
}

TEST_P(Corrected, StandsInTheChainOfTheAudit) {
  store_->put_correction(correction("sex", "\"F\""), entry);
  EXPECT_THAT(first_break(*store_), IsEmpty());
  store_.reset();
  both_.change("UPDATE audit SET actor = 'nobody'");
  store_ = open();
  EXPECT_EQ(first_break(*store_), "number 1 of the audit entries");
}

TEST_P(Corrected, IsKnownToAStoreOfTheFormerSchema) {
  store_.reset();
  both_.take_back_to(4);
  store_ = open();
  EXPECT_EQ(both_.version_in_attic(4), 4);
  EXPECT_THAT(store_->corrections(), IsEmpty());
  store_->put_correction(correction("sex", "\"F\""), entry);
  EXPECT_THAT(store_->corrections(), SizeIs(1));
}

INSTANTIATE_TEST_SUITE_P(On, Corrected, both_stores(), name_of_store);

}  // namespace
}  // namespace homeroom::store
