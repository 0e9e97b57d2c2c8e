// What people decided about records: kept for ever, sealed, with the audit entry that answers for
// it.
#include <filesystem>
#include <fstream>
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

const AuditRow entry{1'700'000'000'000, "liaison", "decide same", "p-1 clinic record 4",
                     "because of Zyxwquist"};

Decision decision(uint64_t record, uint32_t person, Verdict verdict) {
  Decision made;
  made.source = 2;
  made.record = record;
  made.person = person;
  made.verdict = verdict;
  made.made_ms = entry.at_ms;
  made.actor = entry.actor;
  made.key = "Qwertzkey";
  made.why = entry.why;
  return made;
}

class Decided : public OnBoth {
 protected:
  void SetUp() override {
    store_ = open();
    store_->begin();
    store_->publish();
  }
  std::unique_ptr<Store> open() { return both_.open(); }
  std::vector<SubjectLink> links() { return store_->links(2); }

  std::unique_ptr<Store> store_;
};

TEST_P(Decided, ComesBackAsItWasMade) {
  auto token = ~uint64_t{0};  // above what a signed number holds
  auto number = store_->put_decision(decision(token, 7, Verdict::different), entry);
  store_.reset();
  store_ = open();
  auto all = store_->decisions();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].number, number);
  EXPECT_EQ(all[0].source, 2u);
  EXPECT_EQ(all[0].record, token);
  EXPECT_EQ(all[0].person, 7u);
  EXPECT_EQ(all[0].verdict, Verdict::different);
  EXPECT_EQ(all[0].made_ms, entry.at_ms);
  EXPECT_EQ(all[0].actor, "liaison");
  EXPECT_EQ(all[0].key, "Qwertzkey");
  EXPECT_EQ(all[0].why, entry.why);
  EXPECT_FALSE(all[0].undone_ms);
}

TEST_P(Decided, IsMarkedWhenItIsUndoneAndStaysForEver) {
  auto number = store_->put_decision(decision(1, 7, Verdict::same), entry);
  store_->put_decision(decision(1, 8, Verdict::different), entry);
  AuditRow later{entry.at_ms + 5, "principal", "undo decision", "p-1 clinic", "a slip"};
  store_->undo_decision(number, later);
  later.at_ms += 5;
  store_->undo_decision(number, later);  // the first undoing counts
  auto all = store_->decisions();
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_EQ(all[0].undone_ms, entry.at_ms + 5);
  EXPECT_EQ(all[0].undone_by, "principal");
  EXPECT_FALSE(all[1].undone_ms);
  EXPECT_THAT(first_break(*store_), IsEmpty());
}

TEST_P(Decided, LeavesNeitherKeyNorReasonInTheClear) {
  store_->put_decision(decision(1, 7, Verdict::same), entry);
  store_.reset();
  auto all = both_.everything_on_disk();
  EXPECT_THAT(all, HasSubstr("liaison"));
  EXPECT_THAT(all, Not(HasSubstr("Zyxwquist")));
  EXPECT_THAT(all, Not(HasSubstr("Qwertzkey")));
}

TEST_P(Decided, StandsBesideLinksWithTheirWeights) {
  store_->begin();
  store_->put_links(2, {{1, 7, 2, 0}, {4, 9, 0, 0, -1.5F}});
  store_->publish();
  ASSERT_THAT(links(), SizeIs(2));
  EXPECT_TRUE(links()[0].is_linked());
  EXPECT_EQ(links()[0].weight, 0);
  EXPECT_TRUE(links()[1].is_in_review());
  EXPECT_EQ(links()[1].weight, -1.5F);
}

TEST_P(Decided, IsKnownToAStoreOfTheFormerSchemaWhoseLinksHaveNoWeights) {
  store_->begin();
  store_->put_links(2, {{1, 7, 2, 3}, {5, 8, 1, 4}});
  store_->publish();
  store_.reset();
  both_.take_back_to(5);
  store_ = open();
  EXPECT_EQ(both_.version_in_attic(5), 5);
  EXPECT_THAT(store_->decisions(), IsEmpty());
  store_->put_decision(decision(1, 7, Verdict::same), entry);
  EXPECT_THAT(store_->decisions(), SizeIs(1));
  auto known = links();
  ASSERT_THAT(known, SizeIs(2));
  EXPECT_EQ(known[1].person, 8u);
  EXPECT_EQ(known[1].rule, 4);
  EXPECT_EQ(known[1].weight, 0);
  EXPECT_EQ(store_->features(2, 5), "");  // read again from its frame
}

INSTANTIATE_TEST_SUITE_P(On, Decided, both_stores(), name_of_store);

}  // namespace
}  // namespace homeroom::store
