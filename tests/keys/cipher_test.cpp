#include "hub/keys/cipher.hpp"

#include <gtest/gtest.h>

#include "hub/keys/hex.hpp"

namespace homeroom::keys {
namespace {

// D. McGrew, J. Viega, "The Galois/Counter Mode of Operation", appendix B, test case 16: a 256-bit
// key, a 96-bit nonce and bound data.
TEST(Cipher, OpensTheKnownAnswerOfGcm) {
  std::string key = from_hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
  std::string bound = from_hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
  std::string sealed = from_hex(
      "cafebabefacedbaddecaf888"
      "76fc6ece0f4e1768cddf8853bb2d551b"
      "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
      "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662");
  std::string plain;
  Cipher cipher;
  ASSERT_TRUE(
      cipher.open(reinterpret_cast<const unsigned char*>(key.data()), bound, sealed, plain));
  EXPECT_EQ(to_hex(plain),
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
            "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
}

TEST(Cipher, OtherBoundDataDoesNotOpen) {
  const unsigned char key[32] = {1};
  Cipher cipher;
  std::string sealed;
  std::string plain;
  cipher.seal(key, "here", "text", sealed);
  EXPECT_TRUE(cipher.open(key, "here", sealed, plain));
  EXPECT_FALSE(cipher.open(key, "there", sealed, plain));
  EXPECT_TRUE(plain.empty());
}

TEST(Hex, GoesThereAndBackAndRefusesOthers) {
  EXPECT_EQ(from_hex(to_hex(std::string("\0\xff z", 4))), std::string("\0\xff z", 4));
  EXPECT_EQ(from_hex("0"), "");
  EXPECT_EQ(from_hex("0G"), "");
}

}  // namespace
}  // namespace homeroom::keys
