#include "hub/store/store.hpp"

#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "homeroom/error.hpp"
#include "hub/keys/keys.hpp"
#include "hub/sqlite/sqlite.hpp"
#include "hub/world/files.hpp"
#include "hub/world/lock.hpp"
#include "tests/store/chains.hpp"
#include "tests/store/on_both.hpp"

namespace homeroom::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::string name = "Zyxwquist";
const std::string number = "SSN-000-00-0000";

template <class Act>
std::string trouble_of(Act act) {
  try {
    act();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

Node node(uint32_t id, const std::string& frame) {
  return {id, id * 11ull, "digests", "neighbors", "uses", frame};
}

class Stores : public OnBoth {
 protected:
  std::unique_ptr<Store> open(bool for_writing = true, const std::string& tenant = "t1") {
    return both_.open(for_writing, tenant);
  }
  /// A store with one published node.
  std::unique_ptr<Store> published() {
    auto store = open();
    store->begin();
    store->put_node(1, node(1, "frame of " + name));
    store->publish();
    return store;
  }
  std::vector<uint32_t> nodes(Store& store, uint32_t source = 1) {
    std::vector<uint32_t> ids;
    store.each_node(source, [&](const NodeIndex& index) { ids.push_back(index.id); });
    return ids;
  }
  /// Runs `act` in a process of its own that dies at its end without any clearing up.
  template <class Act>
  void killed_after(Act act) {
    pid_t child = fork();
    if (child == 0) {
      act();
      _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_EQ(status, 0);
  }
};

/// What only a file knows.
class Files : public Stores {
 protected:
  std::filesystem::path file() const { return both_.file(); }
  std::filesystem::path building() const { return file().string() + ".building"; }
};

TEST_P(Files, AFirstLoadAppearsUnderItsNameOnlyWhenPublished) {
  auto store = open();
  EXPECT_TRUE(store->is_new());
  store->begin();
  store->put_node(1, node(1, "frame"));
  EXPECT_FALSE(std::filesystem::exists(file()));
  store->publish();
  EXPECT_TRUE(std::filesystem::exists(file()));
  EXPECT_FALSE(std::filesystem::exists(building()));
  EXPECT_FALSE(store->is_new());
  EXPECT_EQ(store->generation(), 1u);
  EXPECT_THAT(nodes(*store), ElementsAre(1));
}

TEST_P(Files, AFirstLoadThatIsDroppedLeavesNothing) {
  {
    auto store = open();
    store->begin();
    store->put_node(1, node(1, "frame"));
  }
  EXPECT_FALSE(std::filesystem::exists(file()));
  EXPECT_FALSE(std::filesystem::exists(building()));
}

TEST_P(Stores, WhatAKilledFirstLoadLeftIsThrownAway) {
  killed_after([&] {
    auto* store = open().release();
    store->begin();
    for (uint32_t id = 1; id <= 500; ++id) store->put_node(1, node(id, std::string(5000, 'k')));
  });
  ASSERT_TRUE(both_.is_postgres() || std::filesystem::exists(both_.file().string() + ".building"));
  auto store = open();
  EXPECT_THAT(nodes(*store), IsEmpty());
  store->begin();
  store->put_node(1, node(7, "frame"));
  store->publish();
  EXPECT_THAT(nodes(*open(false)), ElementsAre(7));
}

TEST_P(Stores, AFirstLoadRolledBackBeginsAnew) {
  auto store = open();
  store->begin();
  store->put_node(1, node(1, "frame"));
  store->rollback();
  EXPECT_TRUE(store->is_new());
  EXPECT_THAT(nodes(*store), IsEmpty());
}

TEST_P(Files, TwoFirstLoadsAtOnceAreRefused) {
  auto first = open();
  EXPECT_THAT(trouble_of([&] { open(); }), HasSubstr("another run is building"));
}

TEST_P(Stores, AReaderOfAStoreThatIsOnlyBeingBuiltIsToldSo) {
  EXPECT_THAT(trouble_of([&] { open(false); }), HasSubstr("run a job first"));
  auto store = open();
  EXPECT_THAT(trouble_of([&] { open(false); }), HasSubstr("still building"));
}

TEST_P(Stores, WhatIsStagedIsSeenByItsRunAndNobodyElse) {
  auto store = published();
  store->begin();
  store->put_node(1, node(2, "frame"));
  EXPECT_THAT(nodes(*store), ElementsAre(1, 2));
  EXPECT_THAT(nodes(*open(false)), ElementsAre(1));
  store->publish();
  EXPECT_THAT(nodes(*open(false)), ElementsAre(1, 2));
}

TEST_P(Stores, AReaderKeepsItsGeneration) {
  auto store = published();
  auto reader = open(false);
  store->begin();
  store->put_node(1, node(2, "frame"));
  store->publish();
  EXPECT_THAT(nodes(*reader), ElementsAre(1));
  EXPECT_EQ(reader->generation(), 1u);
}

TEST_P(Stores, ARunThatEndsWithoutPublishingHasDoneNothing) {
  published();
  {
    auto store = open();
    store->begin();
    store->put_node(1, node(2, "frame"));
    store->erase_node(1, 1);
  }
  auto store = open();
  EXPECT_THAT(nodes(*store), ElementsAre(1));
  EXPECT_EQ(store->generation(), 1u);
}

TEST_P(Stores, ARunThatIsKilledWhileStagingHasDoneNothing) {
  published();
  killed_after([&] {
    auto* store = open().release();
    store->begin();
    for (uint32_t id = 2; id <= 20'000; ++id) store->put_node(1, node(id, std::string(3000, 'k')));
  });
  auto store = open();
  EXPECT_THAT(nodes(*store), ElementsAre(1));
  store->begin();
  store->put_node(1, node(2, "frame"));
  store->publish();
  EXPECT_THAT(nodes(*store), ElementsAre(1, 2));
}

TEST_P(Stores, RunsAreCountedWithoutPublishing) {
  published();
  {
    auto store = open();
    EXPECT_EQ(store->next_run(), 1u);
    store->begin();
    store->put_stream_state({"sis", "users", "cursor-1", 5, 6, 2, "place"});
  }
  auto store = open();
  EXPECT_EQ(store->next_run(), 2u);
  EXPECT_FALSE(store->stream_state("sis", "users"));
}

TEST_P(Stores, ASecondWriterIsRefusedWhileOneIsStaging) {
  auto first = published();
  first->begin();
  if (both_.is_postgres()) {
    EXPECT_THROW(open(), world::Locked);
    return;
  }
  auto second = open();
  EXPECT_THAT(trouble_of([&] { second->begin(); }), HasSubstr("another run is writing"));
}

TEST_P(Stores, WhatIsDurableAtOnceIsRefusedInsideStaging) {
  auto store = published();
  store->begin();
  EXPECT_THAT(trouble_of([&] { store->put_run({}); }), HasSubstr("open transaction"));
}

TEST_P(Stores, PuttingWithoutBeginningIsRefused) {
  auto store = published();
  EXPECT_THAT(trouble_of([&] { store->put_node(1, node(2, "")); }), HasSubstr("begin()"));
}

TEST_P(Stores, AnotherTenantIsRefused) {
  published();
  EXPECT_THAT(trouble_of([&] { open(true, "t2"); }), HasSubstr("another tenant"));
}

TEST_P(Stores, OtherKeysAreRefused) {
  published();
  both_.use_other_keys();
  EXPECT_THAT(trouble_of([&] { open(); }), HasSubstr("other keys"));
}

TEST_P(Files, AFileThatIsNoDatabaseIsRefused) {
  world::write_atomically(file(), std::string(10'000, 'x'));
  EXPECT_THAT(trouble_of([&] { open(); }), HasSubstr("not a database"));
}

TEST_P(Files, ADatabaseOfSomebodyElseIsRefused) {
  world::write_atomically(file(), "");
  sqlite::Database(file(), sqlite::Access::write).run("CREATE TABLE theirs(x)");
  EXPECT_THAT(trouble_of([&] { open(); }), HasSubstr("no store of Homeroom"));
}

TEST_P(Stores, AStoreOfANewerProgramIsRefused) {
  published();
  both_.change_version(99);
  EXPECT_THAT(trouble_of([&] { open(); }), HasSubstr("newer Homeroom"));
}

TEST_P(Stores, AStoreFromBeforeTheFirstReleaseIsRefusedWithWhatToDo) {
  published();
  both_.change_version(1);
  EXPECT_THAT(trouble_of([&] { open(); }), HasSubstr("move it away"));
}

TEST_P(Stores, OtherKindsOfStoreAreRefused) {
  EXPECT_THAT(trouble_of([&] { Store::open("mysql:x", "t1", both_.keys(), true); }),
              HasSubstr("sqlite:FILE or postgresql:CONNINFO"));
}

TEST_P(Files, ACopyElsewhereKnowsThatItWasMoved) {
  EXPECT_FALSE(published()->was_moved());
  auto elsewhere = both_.folder() / "copy";
  std::filesystem::create_directory(elsewhere);
  std::filesystem::copy_file(file(), elsewhere / "district.db");
  auto location = "sqlite:" + (elsewhere / "district.db").string();
  auto store = Store::open(location, "t1", both_.keys(), true);
  EXPECT_TRUE(store->was_moved());
  store->accept_move({1, "tester", "approve", "moved_store", "moved"});
  EXPECT_FALSE(Store::open(location, "t1", both_.keys(), true)->was_moved());
}

TEST_P(Stores, NothingOfAStudentStandsInTheFilesInTheClear) {
  auto store = open();
  store->begin();
  std::string text = name + " " + number;
  store->put_node(1, node(1, text + std::string(20'000, 'x')));
  store->put_reference(store->source_number("sis"), "schools", text);
  store->put_features(1, 1, text);
  store->put_profile({1, 2, 1, 1, {}, text});
  record::SetAside aside;
  aside.bytes = text;
  aside.key = text;
  store->put_quarantine({1, 1, "sis", aside, 5, 1});
  store->publish();
  store->put_audit({1, "clerk", "unmask", "p-a", "asked by " + name});
  store->begin();
  store->put_node(1, node(2, text));
  store->publish();
  std::string all = both_.everything_on_disk();
  ASSERT_GT(all.size(), 50'000u);
  EXPECT_THAT(all, Not(HasSubstr(name)));
  EXPECT_THAT(all, Not(HasSubstr(number)));
}

TEST_P(Stores, AnAuditTrailThatWasChangedIsFound) {
  auto store = published();
  store->put_audit({1, "clerk", "unmask", "p-a", "a reason"});
  store->begin_receipts();
  for (uint64_t sequence = 1; sequence <= 3; ++sequence) {
    Disclosure what{2, "p-a", "tool", "transport", "2025-1", "r1", "directory", "7"};
    what.sequence = sequence;
    store->put_disclosure(what);
  }
  store->commit_receipts();
  EXPECT_EQ(first_break(*store), "");
  both_.change("UPDATE disclosure SET person = 'p-b' WHERE number = 2");
  EXPECT_EQ(first_break(*store), "number 2 of the disclosures");
  both_.change("UPDATE disclosure SET person = 'p-a' WHERE number = 2");
  both_.change("UPDATE audit SET actor = 'nobody'");
  EXPECT_EQ(first_break(*store), "number 1 of the audit entries");
}

TEST_P(Stores, AChainCutAtItsEndLacksTheHeadNotedBefore) {
  auto store = published();
  store->put_audit({1, "clerk", "unmask", "p-a", "a reason"});
  store->put_audit({2, "clerk", "unmask", "p-b", "another"});
  std::set<std::string> none;
  auto head = store->chains(none)[1].head;
  both_.change("DELETE FROM audit WHERE number = 2");
  std::set<std::string> noted{head};
  EXPECT_EQ(first_break(*store), "");
  store->chains(noted);
  EXPECT_THAT(noted, ElementsAre(head));
}

INSTANTIATE_TEST_SUITE_P(On, Files, ::testing::Values(on_sqlite), name_of_store);
INSTANTIATE_TEST_SUITE_P(On, Stores, both_stores(), name_of_store);

}  // namespace
}  // namespace homeroom::store
