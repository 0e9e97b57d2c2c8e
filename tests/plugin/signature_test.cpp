// Who vouches for a plugin, and what a change of one byte does to that.
#include "hub/plugin/signature.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "hub/plugin/library.hpp"
#include "hub/world/digest.hpp"
#include "hub/world/files.hpp"
#include "tests/plugin/bench.hpp"

namespace homeroom::plugin {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr int32_t today = 20'000;

/// A new pair of keys as two files, as `openssl genpkey -algorithm ed25519` writes them.
void make_keys(const fs::path& secret, const fs::path& open) {
  EVP_PKEY* key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
  FILE* file = std::fopen(secret.c_str(), "w");
  PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(file);
  fs::permissions(secret, fs::perms::owner_read | fs::perms::owner_write);
  file = std::fopen(open.c_str(), "w");
  PEM_write_PUBKEY(file, key);
  std::fclose(file);
  EVP_PKEY_free(key);
}

class Signed : public testing::Test {
 protected:
  Signed() {
    for (const char* file : {"parrot.so", "parrot.manifest.yaml"})
      fs::copy(fs::path(HABITS) / "good" / file, folder_.path() / file);
    make_keys(at("secret.pem"), at("public.pem"));
    make_keys(at("other-secret.pem"), at("other-public.pem"));
    sign_parrot("secret.pem");
  }
  fs::path at(const std::string& name) const { return folder_.path() / name; }
  Found parrot() const { return Catalogue({folder_.path()}).find("parrot"); }
  void sign_parrot(const std::string& key) const {
    std::ofstream(at("parrot.sig")) << sign(parrot(), at(key), today, today + 365);
  }
  Standing judged(int32_t day = today, const std::string& key = "public.pem") const {
    return TrustList({at(key)}, {}).judge(parrot(), day);
  }
  std::string refusal() const {
    return error_of([&] { judged(); }).what();
  }
  void change(const std::string& file, const std::string& what, const std::string& with) const {
    std::string text = world::read_whole(at(file), 64 << 20);
    auto place = text.find(what);
    ASSERT_NE(place, std::string::npos);
    std::ofstream(at(file), std::ios::binary) << text.replace(place, what.size(), with);
  }

  world::ScratchFolder folder_{fs::temp_directory_path()};
};

TEST_F(Signed, ByATrustedKeyIsVouchedFor) {
  auto standing = judged();
  EXPECT_EQ(standing.trust, Trust::vouched);
  EXPECT_THAT(standing.says, HasSubstr("signed by key "));
  EXPECT_EQ(judged(today + 365).trust, Trust::vouched);
}

TEST_F(Signed, ByAnotherKeyOrOnAnotherDayIsAStranger) {
  EXPECT_EQ(judged(today, "other-public.pem").trust, Trust::stranger);
  EXPECT_EQ(judged(today - 1).trust, Trust::stranger);
  EXPECT_EQ(judged(today + 366).trust, Trust::stranger);
  fs::remove(at("parrot.sig"));
  EXPECT_THAT(judged().says, HasSubstr("not signed: there is no parrot.sig"));
}

TEST_F(Signed, AChangedLibraryIsRefused) {
  change("parrot.so", "the cage is covered", "the cage is COVERED");
  EXPECT_THAT(refusal(), HasSubstr("is about another library"));
}

TEST_F(Signed, AChangedManifestIsRefused) {
  change("parrot.manifest.yaml", "says:", "says: ");
  EXPECT_THAT(refusal(), HasSubstr("is about another manifest"));
}

TEST_F(Signed, TheManifestThatWasReadIsTheOneThatIsJudged) {
  auto whole = world::read_whole(at("parrot.manifest.yaml"), 1 << 20);
  change("parrot.manifest.yaml", "says:", "says: ");
  auto found = parrot();
  std::ofstream(at("parrot.manifest.yaml"), std::ios::binary) << whole;
  EXPECT_THAT(error_of([&] { TrustList({at("public.pem")}, {}).judge(found, today); }).what(),
              HasSubstr("is about another manifest"));
}

TEST_F(Signed, AChangedStatementOrSignatureIsRefused) {
  change("parrot.sig", "until: 2025", "until: 2035");
  EXPECT_THAT(refusal(), HasSubstr("not by the key it names"));
  sign_parrot("secret.pem");
  change("parrot.sig", "signature: ", "signature: AAAA");
  EXPECT_THAT(refusal(), HasSubstr("not by the key it names"));
}

TEST_F(Signed, ACutFileIsRefused) {
  auto whole = world::read_whole(at("parrot.sig"), 1 << 20);
  for (std::size_t size = 0; size < whole.size(); size += 7) {
    std::ofstream(at("parrot.sig"), std::ios::binary) << whole.substr(0, size);
    EXPECT_EQ(error_of([&] { judged(); }).next, Next::fix_settings) << size;
  }
}

TEST_F(Signed, WhatWasJudgedIsWhatIsMapped) {
  auto standing = judged();
  change("parrot.so", "the cage is covered", "the cage is COVERED");
  std::ostringstream said;
  world::FixedClock clock{0};
  world::Log log({world::Level::debug, false, false}, said);
  world::Cancel cancel;
  auto settings = check_settings(parrot().manifest, {{"habit", "is busy"}, {"takes", "changes"}},
                                 ".", world::SecretFolder("."));
  auto inside = open_in_process(parrot(), settings, {clock, log, cancel, {}}, standing.library);
  EXPECT_STREQ(error_of([&] { inside->discover(); }).what(), "the cage is covered");
}

TEST_F(Signed, AnotherLibraryIsMappedThoughTheFirstCopyWasClosed) {
  for (const char* habit : {"good", "other_name", "good"}) {
    fs::copy(fs::path(HABITS) / habit / "parrot.so", at("parrot.so"),
             fs::copy_options::overwrite_existing);
    auto copy = sealed_copy(at("parrot.so"));
    auto is_named_so = error_of([&] { load_copy(copy, parrot()); }).next == Next::stop;
    EXPECT_EQ(is_named_so, habit == std::string("good")) << habit;
  }
}

TEST_F(Signed, KeysOfOtherKindsAndKeysOthersMayReadAreRefused) {
  EXPECT_THAT(error_of([&] { TrustList({at("secret.pem")}, {}); }).what(),
              HasSubstr("holds no public Ed25519 key"));
  fs::permissions(at("secret.pem"), fs::perms::group_read, fs::perm_options::add);
  EXPECT_THAT(error_of([&] { sign_parrot("secret.pem"); }).what(), HasSubstr("chmod 600"));
}

TEST_F(Signed, WhatWasNotedWhileBuildingCountsInTheProgramsOwnFoldersOnly) {
  fs::remove(at("parrot.sig"));
  auto digest = [&](const char* file) { return world::hex(world::sha256_of_file(at(file))); };
  std::ofstream(at("parrot.shipped")) << digest("parrot.so") << '\n'
                                      << digest("parrot.manifest.yaml") << '\n';
  EXPECT_EQ(judged().trust, Trust::stranger);
  TrustList own({}, {folder_.path()});
  EXPECT_EQ(own.judge(parrot(), today).trust, Trust::shipped);
  change("parrot.so", "the cage is covered", "the cage is COVERED");
  EXPECT_THAT(error_of([&] { own.judge(parrot(), today); }).what(),
              HasSubstr("not the one that was built"));
}

TEST_F(Signed, AnOlderVersionThanTheLastOneIsRefused) {
  SeenVersions seen(at("seen"));
  Manifest manifest;
  manifest.name = "parrot";
  for (const char* version : {"1.9.0", "1.10.0", "1.10.0"}) {
    manifest.version = version;
    EXPECT_NO_THROW(seen.expect_no_older(manifest)) << version;
  }
  manifest.version = "1.9.1";
  EXPECT_THAT(error_of([&] { seen.expect_no_older(manifest); }).what(),
              HasSubstr("is older than 1.10.0"));
}

TEST_F(Signed, VersionsSeenByRunsAtTheSameTimeAreAllRemembered) {
  constexpr int runs = 4, plugins = 25;
  std::vector<std::thread> all;
  for (int run = 0; run < runs; ++run)
    all.emplace_back([&, run] {
      SeenVersions seen(at("seen"));
      Manifest manifest;
      manifest.version = "1.0";
      for (int i = 0; i < plugins; ++i) {
        manifest.name = "plugin_" + std::to_string(run) + "_" + std::to_string(i);
        seen.expect_no_older(manifest);
      }
    });
  for (auto& run : all) run.join();
  std::ifstream file(at("seen"));
  EXPECT_EQ(std::count(std::istreambuf_iterator<char>(file), {}, '\n'), runs * plugins);
}

TEST(Versions, AreComparedNumberByNumber) {
  EXPECT_EQ(compare_versions("1.2", "1.2.0"), 0);
  EXPECT_EQ(compare_versions("1.9", "1.10"), -1);
  EXPECT_EQ(compare_versions("2", "1.99.99"), 1);
}

}  // namespace
}  // namespace homeroom::plugin
