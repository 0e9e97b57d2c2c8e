// Keys under keys: a rotation that may be stopped anywhere, and a root key that is kept outside.
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "homeroom/error.hpp"
#include "hub/keys/cipher.hpp"
#include "hub/keys/key_file.hpp"
#include "hub/keys/keys.hpp"
#include "hub/sqlite/sqlite.hpp"
#include "hub/world/files.hpp"

namespace homeroom::keys {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* text = "an invented row of Zyxwquist";
const std::string one_root(64, '1'), other_root(64, '2');

class Rotation : public ::testing::Test {
 protected:
  std::unique_ptr<KeyRing> ring(const RootKeyPlace& root = {}) const {
    return KeyRing::open(file(), "t1", root);
  }
  std::filesystem::path file() const { return scratch_.path() / "district.keys"; }
  std::filesystem::path beside(const char* name) const { return scratch_.path() / name; }
  std::string whole() const { return world::read_whole(file(), 1 << 20); }
  void rotate(const RootKeyPlace& root = {}, const RootKeyPlace& was = {}) const {
    KeyRing::rotate(file(), "t1", root, was);
  }
  std::filesystem::path put(const char* name, const std::string& bytes,
                            uint32_t mode = 0400) const {
    std::filesystem::remove(beside(name));
    world::write_atomically(beside(name), bytes, mode);
    return beside(name);
  }
  RootKeyPlace in_file(const std::string& letters) const {
    RootKeyPlace place;
    place.file = put("root", letters + '\n');
    return place;
  }

  /// Frames of ten pages of keys.
  std::vector<std::string> seal_many(KeyRing& by) const {
    std::vector<std::string> all(10);
    for (uint64_t i = 0; i < all.size(); ++i) by.seal(Unit::frame, 1, i * 256, text, all[i]);
    by.save();
    return all;
  }
  static void expect_open(KeyRing& by, const std::vector<std::string>& all) {
    std::string plain;
    for (uint64_t i = 0; i < all.size(); ++i) {
      by.open(Unit::frame, 1, i * 256, all[i], plain);
      EXPECT_EQ(plain, text) << i;
    }
  }
  template <class Act>
  static std::string trouble_of(Act act) {
    try {
      act();
    } catch (const Error& error) {
      return error.what();
    }
    return "nothing was thrown";
  }

 private:
  world::ScratchFolder scratch_{std::filesystem::temp_directory_path()};
};

TEST_F(Rotation, StoppedAfterAnyPageLosesNothingAndGoesOn) {
  auto sealed = seal_many(*ring());
  auto token = ring()->token(1, "S-1");
  auto id = ring()->identify("sis|1");
  rotate();
  for (uint64_t left = sealed.size(); left-- > 0;) {
    EXPECT_EQ(ring()->status().waiting, left + 1);
    EXPECT_TRUE(ring()->status().is_rotating);
    expect_open(*ring(), sealed);
    EXPECT_EQ(ring()->rewrap(1), left);  // then the program is killed
  }
  auto status = ring()->status();
  EXPECT_FALSE(status.is_rotating);
  EXPECT_EQ(status.tenant_key, 2u);
  EXPECT_GT(status.tenant_key_made_ms, 0);
  expect_open(*ring(), sealed);
  EXPECT_EQ(ring()->token(1, "S-1"), token);
  EXPECT_EQ(ring()->identify("sis|1"), id);
}

TEST_F(Rotation, StoppedBeforeTheOldKeyWasForgottenForgetsItTheNextTime) {
  auto sealed = seal_many(*ring());
  rotate();
  auto halfway = whole();
  EXPECT_EQ(ring()->rewrap(100), 0u);
  put("district.keys", halfway);
  EXPECT_TRUE(ring()->status().is_rotating);
  EXPECT_EQ(ring()->rewrap(100), 0u);
  EXPECT_THAT(whole(), Not(HasSubstr("tenant-key-before")));
  expect_open(*ring(), sealed);
}

TEST_F(Rotation, TheFormerKeyFileOpensNothingAnyMore) {
  auto sealed = seal_many(*ring());
  auto former = whole();
  rotate();
  ring()->rewrap(100);
  EXPECT_THAT(whole(), Not(HasSubstr(former.substr(former.find("\nroot "), 40))));
  put("district.keys", former);
  EXPECT_THAT(trouble_of([&] { expect_open(*ring(), sealed); }), HasSubstr("rotated"));
}

TEST_F(Rotation, NewKeysDrawnMeanwhileAreUnderTheNewKey) {
  auto sealed = seal_many(*ring());
  rotate();
  auto by = ring();
  std::string late;
  by->seal(Unit::profile, 0, 1, text, late);
  by->destroy(Unit::frame, 1, 0);  // a page that is written wraps itself anew
  by->save();
  EXPECT_EQ(ring()->status().waiting, sealed.size() - 1);
  EXPECT_TRUE(ring()->opens(Unit::profile, 0, 1, late));
}

TEST_F(Rotation, ACopyTakenInTheMiddleOpensAllAndEndsByItself) {
  auto sealed = seal_many(*ring());
  rotate();
  ring()->rewrap(4);
  auto copy = beside("copy.keys");
  KeyRing::copy(file(), copy);
  ring()->rewrap(100);
  auto by = KeyRing::open(copy, "t1");
  EXPECT_EQ(by->status().waiting, sealed.size() - 4);
  expect_open(*by, sealed);
  EXPECT_EQ(by->rewrap(100), 0u);
  expect_open(*KeyRing::open(copy, "t1"), sealed);
}

TEST_F(Rotation, OneAtATime) {
  seal_many(*ring());
  rotate();
  EXPECT_THAT(trouble_of([&] { rotate(); }), HasSubstr("an earlier rotation goes on"));
}

TEST_F(Rotation, StatusTellsCountsAndNoKeys) {
  auto by = ring();
  seal_many(*by);
  by->erase({0, 5, Unit::frame, 1, 256, 77});
  by->save();
  auto status = ring()->status();
  ASSERT_EQ(status.counts.size(), 1u);
  EXPECT_EQ(status.counts[0].pages, 10u);
  EXPECT_EQ(status.counts[0].destroyed, 1u);
  EXPECT_EQ(status.erasures.size(), 1u);
  EXPECT_EQ(status.root_kept, "in the key file");
}

TEST_F(Rotation, ARootKeyInAFileOfItsOwnStandsNotInTheKeyFile) {
  auto root = in_file(one_root);
  auto sealed = seal_many(*ring(root));
  EXPECT_THAT(whole(), Not(HasSubstr("\nroot ")));
  expect_open(*ring(root), sealed);
  EXPECT_EQ(ring(root)->status().root_kept, "in a file of its own");
  EXPECT_THAT(trouble_of([&] { ring(); }), HasSubstr("kept outside"));
  EXPECT_THAT(trouble_of([&] { ring(in_file(other_root)); }), HasSubstr("root key is not the one"));
}

TEST_F(Rotation, ARootKeySaidByACommand) {
  RootKeyPlace root;
  root.command = {"printf", one_root};
  auto sealed = seal_many(*ring(root));
  expect_open(*ring(in_file(one_root)), sealed);
  root.command = {"false"};
  EXPECT_THAT(trouble_of([&] { ring(root); }), HasSubstr("false: it ended with an error"));
  root.command = {"/nowhere/at/all"};
  EXPECT_THAT(trouble_of([&] { ring(root); }), HasSubstr("cannot be started"));
  root.command = {"yes"};
  EXPECT_THAT(trouble_of([&] { ring(root); }), HasSubstr("says more than it should"));
  root.command = {"echo", "abc"};
  EXPECT_THAT(trouble_of([&] { ring(root); }), HasSubstr("expected a root key"));
}

TEST_F(Rotation, ARootKeyInAnEnvironmentFile) {
  RootKeyPlace root;
  root.environment = put("env", "# keys\nOTHER=1\nROOT=\"" + one_root + "\"\n");
  root.name = "ROOT";
  auto sealed = seal_many(*ring(root));
  expect_open(*ring(in_file(one_root)), sealed);
  root.name = "OTHE";
  EXPECT_THAT(trouble_of([&] { ring(root); }), HasSubstr("OTHE: expected a root key"));
  put("env", "ROOT=" + one_root, 0644);
  EXPECT_THAT(trouble_of([&] { ring(root); }), HasSubstr("others may read this root key"));
}

TEST_F(Rotation, MovesTheRootKeyOutOfTheKeyFileAndToAnother) {
  auto sealed = seal_many(*ring());
  auto first = in_file(one_root);
  rotate(first);
  ring(first)->rewrap(100);
  expect_open(*ring(first), sealed);
  EXPECT_THAT(whole(), Not(HasSubstr("\nroot ")));
  RootKeyPlace second;
  second.command = {"printf", other_root};
  rotate(second, first);
  ring(second)->rewrap(100);
  expect_open(*ring(second), sealed);
  EXPECT_EQ(ring(second)->status().tenant_key, 3u);
}

/// Files as they were written before rotations: one tenant key, pages without versions of keys.
TEST_F(Rotation, FilesOfBeforeAreReadAndBroughtForward) {
  auto by = ring();
  by->save();
  auto keys = read_key_file(file(), "t1", {});
  auto lines = whole();
  for (const char* line : {"tenant-key-number", "tenant-key-made-ms"}) {
    auto at = lines.find(line);
    lines.erase(at, lines.find('\n', at) + 1 - at);
  }
  put("district.keys", "homeroom-keys 1" + lines.substr(lines.find('\n')));
  std::string page(256 * 32, 'k'), wrapped, sealed, plain;
  page.append(32, '\0');
  Cipher().seal(keys.tenant.data(), "t1|page|1|1|0", page, wrapped);
  {
    sqlite::Database database(file().string() + ".keydb", sqlite::Access::write);
    database.run(
        "DROP INDEX page_tenant_key; ALTER TABLE page DROP COLUMN tenant_key; "
        "DROP TABLE erasure; ALTER TABLE tenant DROP COLUMN has_published; "
        "PRAGMA user_version = 1");
    sqlite::Statement(database, "INSERT INTO page VALUES(1, 1, 0, ?)")
        .bind_bytes(wrapped)
        .execute();
  }
  std::string bound("t1\x01\x01\0\0\0\7\0\0\0\0\0\0\0\1\1", 17);
  Cipher().seal(reinterpret_cast<const unsigned char*>(page.data()), bound, text, sealed,
                std::string_view("\1\1", 2));
  ring()->open(Unit::frame, 1, 7, sealed, plain);
  EXPECT_EQ(plain, text);
  EXPECT_EQ(ring()->status().tenant_key, 1u);
  rotate();
  EXPECT_EQ(ring()->rewrap(100), 0u);
  ring()->open(Unit::frame, 1, 7, sealed, plain);
  EXPECT_EQ(plain, text);
}

}  // namespace
}  // namespace homeroom::keys
