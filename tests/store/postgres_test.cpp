// What only a store on a PostgreSQL server knows: roles, sessions, a server that goes away.
#include <chrono>
#include <thread>

#include <gmock/gmock.h>

#include "tests/store/on_both.hpp"

namespace homeroom::store {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using tests::Cluster;

template <class Act>
std::string trouble_of(Act act) {
  try {
    act();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "nothing was thrown";
}

class OnServer : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!both_.is_there()) GTEST_SKIP() << Cluster::how_to_install;
  }
  Cluster& cluster() { return Cluster::of_this_program(); }
  std::string trouble_at(const std::string& location) {
    return trouble_of([&] { Store::open(location, "t1", both_.keys(), true); });
  }
  void publish(Store& store, uint32_t node) {
    store.begin();
    store.put_node(1, {node, node * 11ull, "digests", "", "", "frame"});
    store.publish();
  }
  std::vector<uint32_t> nodes(Store& store) {
    std::vector<uint32_t> ids;
    store.each_node(1, [&](const NodeIndex& index) { ids.push_back(index.id); });
    return ids;
  }
  Both both_{on_postgres};
};

TEST_F(OnServer, ARoleThatMayDoEverythingIsRefused) {
  EXPECT_THAT(trouble_at(cluster().location_of("admin")), HasSubstr("CREATE ROLE"));
}

TEST_F(OnServer, ARoleWithoutItsSchemaIsToldWhatToCreate) {
  cluster().ask("CREATE ROLE lonely LOGIN");
  EXPECT_THAT(trouble_at(cluster().location_of("lonely")),
              HasSubstr("CREATE SCHEMA lonely AUTHORIZATION lonely"));
}

TEST_F(OnServer, AServerThatIsNotThereIsToldWithoutThePassword) {
  auto trouble = trouble_at("postgresql:host=/nowhere dbname=homeroom user=r password=Zyxwquist");
  EXPECT_THAT(trouble, AllOf(HasSubstr("no server answers"), HasSubstr("role r at /nowhere"),
                             Not(HasSubstr("Zyxwquist"))));
}

TEST_F(OnServer, AWrongPasswordIsToldButNotRepeated) {
  cluster().ask("CREATE ROLE locked LOGIN PASSWORD 'right'");
  auto trouble = trouble_at(cluster().location_of("locked") + " password=Zyxwquist");
  EXPECT_THAT(trouble,
              AllOf(HasSubstr("look at user, password and dbname"), Not(HasSubstr("Zyxwquist"))));
}

TEST_F(OnServer, AConnectionStringThatCannotBeReadIsNotRepeated) {
  auto trouble = trouble_at("postgresql:password=a Zyxwquist");
  EXPECT_THAT(trouble, AllOf(HasSubstr("no connection string"), Not(HasSubstr("Zyxwquist"))));
}

TEST_F(OnServer, ASchemaWithTablesOfOthersIsLeftAlone) {
  both_.change("CREATE TABLE store(theirs int)");
  EXPECT_THAT(trouble_of([&] { both_.open(); }), HasSubstr("Homeroom did not make"));
}

TEST_F(OnServer, TwoTenantsSeeNothingOfEachOther) {
  publish(*both_.open(), 1);
  Both other(on_postgres);
  publish(*other.open(), 2);
  EXPECT_THAT(nodes(*both_.open(false)), ElementsAre(1));
  EXPECT_THAT(nodes(*other.open(false)), ElementsAre(2));
}

TEST_F(OnServer, AFirstLoadIsSeenByNobodyBeforeItIsPublished) {
  auto store = both_.open();
  store->begin();
  store->put_node(1, {1, 11, "", "", "", "frame"});
  auto trouble = [&] { return trouble_of([&] { both_.open(false); }); };
  EXPECT_THAT(trouble(), HasSubstr("still building"));
  store.reset();
  // The server learns a moment later that the session is over.
  for (int i = 0; i < 1000 && trouble().find("still building") != std::string::npos; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_THAT(trouble(), HasSubstr("run a job first"));
}

TEST_F(OnServer, ASessionThatIsEndedWhileStagingHasDoneNothing) {
  auto store = both_.open();
  publish(*store, 1);
  store->begin();
  store->put_node(1, {2, 22, "", "", "", "frame"});
  cluster().end_sessions();
  EXPECT_THAT(trouble_of([&] { store->publish(); }), HasSubstr("the server is gone"));
  store->rollback();
  EXPECT_THAT(trouble_of([&] { store->begin(); }), HasSubstr("the server is gone"))
      << "a session is never opened anew behind its owner's back";
  store.reset();
  store = both_.open();
  EXPECT_THAT(nodes(*store), ElementsAre(1));
  publish(*store, 2);
  EXPECT_THAT(nodes(*store), ElementsAre(1, 2));
}

TEST_F(OnServer, ACopyInAnotherSchemaKnowsThatItWasMoved) {
  publish(*both_.open(), 1);
  EXPECT_FALSE(both_.open()->was_moved());
  both_.change("UPDATE store SET origin = 'of another server'");
  auto store = both_.open();
  EXPECT_TRUE(store->was_moved());
  store->accept_move({1, "tester", "approve", "moved_store", "moved"});
  EXPECT_FALSE(both_.open(false)->was_moved());
}

TEST_F(OnServer, ManyRowsAreReadAndChangedInOneVisit) {
  auto store = both_.open();
  store->begin();
  constexpr uint32_t people = 5000;
  for (uint32_t n = 1; n <= people; ++n) store->put_profile({n, n, 1, 1, {}, "rows"});
  store->publish();
  store->begin();
  uint32_t seen = 0;
  store->each_profile([&](const Profile& profile) {
    ++seen;
    store->put_person({profile.person, "p-" + std::to_string(profile.person)});
    if (profile.person % 1000 == 0) store->profile(profile.person - 1);
  });
  EXPECT_EQ(seen, people);
  store->publish();
  uint32_t persons = 0;
  both_.open(false)->each_person([&](const Person&) { ++persons; });
  EXPECT_EQ(persons, people);
}

TEST_F(OnServer, ABackupIsAFileThatEveryProgramOpens) {
  auto store = both_.open();
  publish(*store, 7);
  store->put_correction({0, 1, "sex", CorrectionState::waits, {}, 1, "clerk", "\"F\"", "why"},
                        {1, "clerk", "correct", "p-1", "why"});
  store.reset();
  auto file = both_.folder() / "backup.db";
  Store::back_up(both_.location(), file);
  auto copy = Store::open("sqlite:" + file.string(), "t1", both_.keys(), true);
  EXPECT_THAT(nodes(*copy), ElementsAre(7));
  EXPECT_EQ(copy->corrections().size(), 1u);
  std::set<std::string> none;
  for (const auto& chain : copy->chains(none)) EXPECT_EQ(chain.broken, "");
  EXPECT_THAT(trouble_of([&] { Store::back_up(both_.location(), file); }), HasSubstr("exists"));
}

}  // namespace
}  // namespace homeroom::store
