// How many persons and profiles there are is kept beside them. Whatever a run does to them, and
// whether it is published or taken back, it is what walking over all of them would count.
#include <algorithm>
#include <random>

#include <gmock/gmock.h>

#include "hub/keys/keys.hpp"
#include "hub/store/store.hpp"
#include "tests/store/on_both.hpp"

namespace homeroom::store {
namespace {

PeopleTally walked(Store& store) {
  PeopleTally tally;
  store.each_person([&](const Person& person) {
    tally.live += person.is_live;
    tally.merged += !person.merged_into.empty();
  });
  store.each_profile_index([&](const Profile& profile) {
    ++tally.profiles;
    if (profile.changes_on) tally.first_change = std::min(tally.first_change, *profile.changes_on);
  });
  return tally;
}

/// No profile changes before the day that is told; that it is the first such day nobody promises.
void expect_as_walked(Store& store) {
  auto told = store.people_tally(), is = walked(store);
  EXPECT_LE(told.first_change, is.first_change);
  told.first_change = is.first_change;
  EXPECT_EQ(told.live, is.live);
  EXPECT_EQ(told, is);
}

class PeopleInAnyOrder : public testing::TestWithParam<std::tuple<std::string, unsigned>> {
 protected:
  void SetUp() override {
    if (!both_.is_there()) GTEST_SKIP() << tests::Cluster::how_to_install;
  }
  uint32_t below(uint32_t end) { return static_cast<uint32_t>(any_() % end); }

  void stage(Store& store, int times) {
    for (int i = 0; i < times; ++i) {
      auto number = below(300);
      if (auto known = store.person(number); known && below(3) == 0) number = known->number;
      switch (below(5)) {
        case 0:
          store.put_person({number, "p-" + std::to_string(number), true, std::nullopt, ""});
          break;
        case 1:
          store.put_person({number, "p-" + std::to_string(number), false, 20'000,
                            below(2) ? "p-" + std::to_string(below(300)) : ""});
          break;
        case 2:
          store.erase_profile(number);
          break;
        case 3:
          store.forget_person(number);
          break;
        default:
          auto due =
              below(2) ? std::optional(static_cast<int32_t>(20'000 + below(100))) : std::nullopt;
          store.put_profile({number, any_(), 1 + below(3), 1, due, "rows"});
      }
    }
  }

  Both both_{std::get<0>(GetParam())};
  std::mt19937 any_{std::get<1>(GetParam())};
};

TEST_P(PeopleInAnyOrder, AreCountedAsAWalkWould) {
  auto store = both_.open();
  store->begin();
  expect_as_walked(*store);
  stage(*store, 400);
  expect_as_walked(*store);
  store->publish();
  for (int run = 0; run < 6; ++run) {
    if (run % 2) {
      store.reset();
      expect_as_walked(*both_.open(false));
      store = both_.open();
    }
    store->begin();
    stage(*store, 20);
    expect_as_walked(*store);
    run == 2 ? store->rollback() : store->publish();
    expect_as_walked(*store);
  }
}

TEST_P(PeopleInAnyOrder, AreCountedInAStoreOfBeforeThatWasDone) {
  auto store = both_.open();
  store->begin();
  stage(*store, 200);
  store->publish();
  store.reset();
  both_.change("DELETE FROM digest");
  expect_as_walked(*both_.open(false));
  store = both_.open();
  store->begin();
  stage(*store, 20);
  expect_as_walked(*store);
  store->publish();
  expect_as_walked(*both_.open(false));
}

TEST_P(PeopleInAnyOrder, AreFoundOneByOne) {
  auto store = both_.open();
  store->begin();
  stage(*store, 400);
  store->publish();
  uint32_t end = 0;
  std::vector<uint32_t> numbers;
  store->each_person([&](const Person& person) {
    end = person.number + 1;
    numbers.push_back(person.number);
    EXPECT_EQ(store->person(person.number)->merged_into, person.merged_into);
  });
  EXPECT_EQ(store->end_of_persons(), end);
  EXPECT_FALSE(store->person(end));
  store->each_profile_index([&](const Profile& profile) {
    auto found = store->profile_index(profile.person);
    EXPECT_EQ(found->content_hash, profile.content_hash);
    EXPECT_EQ(found->changes_on, profile.changes_on);
    EXPECT_THAT(found->rows, testing::IsEmpty());
  });
  for (uint32_t number = 0; number < 300; ++number)
    EXPECT_EQ(store->person(number).has_value(), std::ranges::binary_search(numbers, number));
}

TEST_P(PeopleInAnyOrder, ARunThatSawAllSaysWhenTheFirstChanges) {
  auto store = both_.open();
  store->begin();
  store->put_profile({1, 1, 1, 1, 20'000, "rows"});
  store->put_profile({2, 1, 1, 1, 20'005, "rows"});
  store->publish();
  store->begin();
  store->put_profile({1, 1, 1, 1, 20'010, "rows"});
  EXPECT_EQ(store->people_tally().first_change, 20'000);
  store->put_first_change(20'005);
  store->publish();
  EXPECT_EQ(both_.open(false)->people_tally().first_change, 20'005);
}

INSTANTIATE_TEST_SUITE_P(Seeds, PeopleInAnyOrder,
                         testing::Combine(both_stores(), testing::Range(1u, 5u)));

}  // namespace
}  // namespace homeroom::store
