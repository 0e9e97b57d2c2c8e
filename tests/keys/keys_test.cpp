#include "hub/keys/keys.hpp"

#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "homeroom/error.hpp"
#include "hub/keys/siphash.hpp"
#include "hub/world/files.hpp"

namespace homeroom::keys {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string text = "an invented row of Zyxwquist";

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

template <class Act>
std::string trouble_of(Act act) {
  try {
    act();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

class Keys : public ::testing::Test {
 protected:
  std::unique_ptr<KeyRing> ring(const std::string& tenant = "t1") {
    return KeyRing::open(file(), tenant);
  }
  std::filesystem::path file() const { return scratch_.path() / "district.keys"; }
  std::filesystem::path pages() const { return scratch_.path() / "district.keys.keydb"; }

  std::string seal(KeyRing& by, const std::string& plain, uint64_t id = 7) {
    std::string sealed;
    by.seal(Unit::frame, 1, id, plain, sealed);
    return sealed;
  }
  std::string open(KeyRing& by, const std::string& sealed, uint64_t id = 7) {
    std::string plain;
    by.open(Unit::frame, 1, id, sealed, plain);
    return plain;
  }

  world::ScratchFolder scratch_{std::filesystem::temp_directory_path()};
};

TEST_F(Keys, WhatIsSealedOpensAgain) {
  auto by = ring();
  for (std::size_t size : {0u, 1u, 199u, 200u, 5000u, 100000u}) {
    std::string plain(size, 'a');
    EXPECT_EQ(open(*by, seal(*by, plain)), plain) << size;
  }
}

/// More pages of keys than wait in memory.
TEST_F(Keys, KeysOfAFirstLoadThatLeaveMemoryOpenWhatTheySealed) {
  constexpr uint64_t pages_drawn = 1200, keys_in_page = 256;
  std::vector<std::string> sealed;
  {
    auto by = ring();
    for (uint64_t page = 0; page < pages_drawn; ++page)
      sealed.push_back(seal(*by, text, page * keys_in_page));
    for (uint64_t page = 0; page < pages_drawn; page += 100)
      EXPECT_EQ(open(*by, sealed[page], page * keys_in_page), text) << page;
    by->destroy(Unit::frame, 1, 0);
    by->save();
  }
  auto again = ring();
  for (uint64_t page = 1; page < pages_drawn; page += 100)
    EXPECT_EQ(open(*again, sealed[page], page * keys_in_page), text) << page;
  EXPECT_FALSE(again->opens(Unit::frame, 1, 0, sealed[0]));
}

TEST_F(Keys, WhatIsSealedOpensAgainAfterSavingAndOpeningTheRing) {
  std::string sealed;
  {
    auto by = ring();
    sealed = seal(*by, text);
    by->save();
  }
  EXPECT_EQ(open(*ring(), sealed), text);
}

TEST_F(Keys, WhoHoldsThemReadsAndSavesAndLetsOthersSave) {
  auto first = ring();
  auto sealed = seal(*first, text);
  first->save();
  auto by = ring();
  by->hold();
  EXPECT_EQ(open(*by, sealed), text);
  auto more = seal(*by, "more", 700);
  by->save();
  auto after = ring();
  EXPECT_EQ(open(*after, more, 700), "more");
  by->hold();
  EXPECT_EQ(open(*by, seal(*by, "kept", 1400), 1400), "kept");
  EXPECT_THROW(open(*by, more, 2000), Error);  // looks into the file
  by->let_go();
  auto last = seal(*after, "last", 3000);
  after->save();
  EXPECT_EQ(open(*ring(), last, 3000), "last");
  by->hold();
  EXPECT_THROW(open(*by, more, 2300), Error);
  by->note_published();
  EXPECT_TRUE(ring()->has_published());
}

TEST_F(Keys, AKeyThatWasNotSavedIsGone) {
  std::string sealed = seal(*ring(), text);
  EXPECT_THAT(trouble_of([&] { open(*ring(), sealed); }), HasSubstr("no key"));
}

TEST_F(Keys, SealingTwiceNeverGivesTheSameBytes) {
  auto by = ring();
  EXPECT_NE(seal(*by, text), seal(*by, text));
}

TEST_F(Keys, LongRepetitiveTextIsPackedAndShortIsNot) {
  auto by = ring();
  EXPECT_LT(seal(*by, std::string(20000, 'a')).size(), 500u);
  EXPECT_EQ(seal(*by, text).size(), 2 + 12 + 16 + text.size());
}

TEST_F(Keys, EveryChangedByteIsFound) {
  auto by = ring();
  for (const std::string& plain : {text, std::string(9000, 'b')}) {
    std::string sealed = seal(*by, plain);
    for (std::size_t at = 0; at < sealed.size(); ++at) {
      std::string changed = sealed;
      changed[at] ^= 1;
      EXPECT_THROW(open(*by, changed), Error) << at;
    }
  }
}

TEST_F(Keys, EveryCutIsFound) {
  auto by = ring();
  std::string sealed = seal(*by, text);
  for (std::size_t size = 0; size < sealed.size(); ++size)
    EXPECT_THROW(open(*by, sealed.substr(0, size)), Error) << size;
}

TEST_F(Keys, AUnitThatWasMovedDoesNotOpen) {
  auto by = ring();
  seal(*by, text, 8);
  std::string sealed = seal(*by, text, 7);
  std::string plain;
  EXPECT_THROW(open(*by, sealed, 8), Error);
  EXPECT_THROW(by->open(Unit::profile, 1, 7, sealed, plain), Error);
  EXPECT_THROW(by->open(Unit::frame, 2, 7, sealed, plain), Error);
}

TEST_F(Keys, ADestroyedKeyOpensNothingAndItsPlaceGetsAnother) {
  auto by = ring();
  std::string sealed = seal(*by, text);
  std::string other = seal(*by, text, 8);
  by->destroy(Unit::frame, 1, 7);
  by->save();
  auto again = ring();
  EXPECT_FALSE(again->opens(Unit::frame, 1, 7, sealed));
  EXPECT_THAT(trouble_of([&] { open(*again, sealed); }), HasSubstr("destroyed"));
  EXPECT_EQ(open(*again, other, 8), text);
  std::string anew = seal(*again, text);
  again->save();
  EXPECT_EQ(open(*ring(), anew), text);
  EXPECT_THAT(trouble_of([&] { open(*ring(), sealed); }), HasSubstr("destroyed"));
}

TEST_F(Keys, AllKeysOfAKindAreDestroyedButThoseThatAreKept) {
  auto by = ring();
  std::string kept = seal(*by, text, 300), gone = seal(*by, text, 301);
  std::string other;
  by->seal(Unit::profile, 0, 301, text, other);
  by->save();
  by->destroy_all_but(Unit::frame, [](uint32_t, uint64_t id) { return id == 300; });
  by->save();
  auto again = ring();
  EXPECT_EQ(open(*again, kept, 300), text);
  EXPECT_FALSE(again->opens(Unit::frame, 1, 301, gone));
  EXPECT_TRUE(again->opens(Unit::profile, 0, 301, other));
}

TEST_F(Keys, WhatWasErasedToForgetAChildIsNoted) {
  auto by = ring();
  std::string sealed = seal(*by, text);
  by->erase({0, 1000, Unit::frame, 1, 7, 99});
  by->erase({0, 1000, Unit::profile, 0, 3, 0});
  by->save();
  auto noted = ring()->erasures(0);
  ASSERT_EQ(noted.size(), 2u);
  EXPECT_EQ(noted[0].token, 99u);
  EXPECT_EQ(noted[1].number, 2u);
  EXPECT_EQ(ring()->erasures(1).size(), 1u);
  EXPECT_FALSE(ring()->opens(Unit::frame, 1, 7, sealed));
}

TEST_F(Keys, KeysOfAnotherTenantAreRefused) {
  ring("t1");
  EXPECT_THAT(trouble_of([&] { ring("t2"); }), HasSubstr("another tenant"));
}

TEST_F(Keys, AKeyFileThatOthersMayReadIsRefused) {
  ring();
  chmod(file().c_str(), 0440);
  EXPECT_THAT(trouble_of([&] { ring(); }), HasSubstr("chmod 400"));
}

TEST_F(Keys, TheKeyFileIsForItsOwnerOnly) {
  ring();
  struct stat facts {};
  stat(file().c_str(), &facts);
  EXPECT_EQ(facts.st_mode & 0777, 0400u);
  stat(pages().c_str(), &facts);
  EXPECT_EQ(facts.st_mode & 0777, 0600u);
}

TEST_F(Keys, AMissingKeyDatabaseIsRefused) {
  ring();
  std::filesystem::remove(pages());
  EXPECT_THAT(trouble_of([&] { ring(); }), HasSubstr("keydb is missing"));
}

TEST_F(Keys, AMissingKeyFileIsRefusedOnceKeysWereUsed) {
  auto by = ring();
  seal(*by, text);
  by->save();
  std::filesystem::remove(file());
  EXPECT_THAT(trouble_of([&] { ring(); }), HasSubstr("district.keys is missing"));
}

TEST_F(Keys, AFirstRunStoppedBeforeTheKeyFileBeginsAnew) {
  ring();
  std::filesystem::remove(file());
  EXPECT_NO_THROW(ring());
}

TEST_F(Keys, AChangedKeyFileIsRefused) {
  ring();
  std::string whole = bytes_of(file());
  for (const char* line : {"\nroot ", "\ntenant-key ", "\nid-key ", "\ntoken-key "}) {
    std::string changed = whole;
    std::size_t at = changed.find(line) + std::string(line).size();
    changed[at] = changed[at] == '0' ? '1' : '0';
    std::filesystem::remove(file());
    world::write_atomically(file(), changed, 0400);
    EXPECT_THAT(trouble_of([&] { ring(); }), HasSubstr("was changed")) << line;
  }
}

TEST_F(Keys, TheKeyDatabaseOfAnotherKeyFileIsRefused) {
  auto by = ring();
  std::string sealed = seal(*by, text);
  by->save();
  std::filesystem::path kept = scratch_.path() / "kept";
  std::filesystem::rename(pages(), kept);
  std::filesystem::remove(file());
  ring();
  std::filesystem::rename(kept, pages());
  EXPECT_THAT(trouble_of([&] { open(*ring(), sealed); }), HasSubstr("another key file"));
}

TEST_F(Keys, TokensAreStableAndDifferBySpaceAndValue) {
  auto by = ring();
  uint64_t token = by->token(3, "S-1001");
  EXPECT_EQ(ring()->token(3, "S-1001"), token);
  EXPECT_NE(by->token(4, "S-1001"), token);
  EXPECT_NE(by->token(3, "S-1002"), token);
}

TEST_F(Keys, IdentifyIsStableAndDiffersByText) {
  auto by = ring();
  EXPECT_EQ(by->identify("sis|1"), ring()->identify("sis|1"));
  EXPECT_NE(by->identify("sis|1"), by->identify("sis|2"));
  EXPECT_EQ(by->identify("sis|1"), ring()->identify("sis|1")) << "asked after another";
}

TEST_F(Keys, NothingOfTheTextStandsInTheKeyFiles) {
  auto by = ring();
  seal(*by, text);
  by->save();
  EXPECT_THAT(bytes_of(pages()), Not(HasSubstr("Zyxwquist")));
  EXPECT_THAT(bytes_of(file()), Not(HasSubstr("Zyxwquist")));
}

// J.-P. Aumasson, D. J. Bernstein, "SipHash", appendix A.
TEST(SipHash, GivesTheAnswerOfThePaper) {
  SipKey key{0x0706050403020100, 0x0f0e0d0c0b0a0908};
  std::string message;
  for (char byte = 0; byte < 15; ++byte) message += byte;
  EXPECT_EQ(siphash(key, message), 0xa129ca6149be45e5u);
  EXPECT_EQ(siphash(key, 0x03020100, std::string_view(message).substr(4)), 0xa129ca6149be45e5u);
}

TEST(SipHash, APrefixIsTheSameAsItsBytesInFront) {
  SipKey key{1, 2};
  std::string message;
  for (int size = 0; size < 40; ++size, message += 'x')
    EXPECT_EQ(siphash(key, 0x64636261, message), siphash(key, "abcd" + message)) << size;
}

TEST(Chain, DependsOnEveryEntryBefore) {
  std::string first = chain("", "a");
  EXPECT_EQ(first, sha256_hex("|a"));
  EXPECT_NE(chain(first, "b"), chain(chain("", "c"), "b"));
}

TEST(Sha256, GivesTheAnswerOfFips180) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(TenantId, IsThirtyTwoLettersAndNeverTheSame) {
  EXPECT_EQ(new_tenant_id().size(), 32u);
  EXPECT_NE(new_tenant_id(), new_tenant_id());
}

}  // namespace
}  // namespace homeroom::keys
