#include "hub/keys/siphash.hpp"

#include <bit>
#include <cstring>

namespace homeroom::keys {

namespace {

class Sip {
 public:
  explicit Sip(const SipKey& key)
      : a_(key[0] ^ 0x736f6d6570736575),
        b_(key[1] ^ 0x646f72616e646f6d),
        c_(key[0] ^ 0x6c7967656e657261),
        d_(key[1] ^ 0x7465646279746573) {}

  void absorb(uint64_t word) {
    d_ ^= word;
    round();
    round();
    a_ ^= word;
  }
  uint64_t finish() {
    c_ ^= 0xff;
    for (int i = 0; i < 4; ++i) round();
    return a_ ^ b_ ^ c_ ^ d_;
  }

 private:
  void round() {
    a_ += b_;
    b_ = std::rotl(b_, 13) ^ a_;
    a_ = std::rotl(a_, 32);
    c_ += d_;
    d_ = std::rotl(d_, 16) ^ c_;
    a_ += d_;
    d_ = std::rotl(d_, 21) ^ a_;
    c_ += b_;
    b_ = std::rotl(b_, 17) ^ c_;
    c_ = std::rotl(c_, 32);
  }
  uint64_t a_, b_, c_, d_;
};

uint64_t word_at(const char* bytes) {
  uint64_t word;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

// The last word: what is left of the text, and the length of it all in the top byte.
uint64_t last_word(const char* bytes, std::size_t left, std::size_t length) {
  uint64_t word = 0;
  std::memcpy(&word, bytes, left);
  return word | (static_cast<uint64_t>(length) << 56);
}

}  // namespace

uint64_t siphash(const SipKey& key, std::string_view text) {
  Sip sip(key);
  std::size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) sip.absorb(word_at(text.data() + at));
  sip.absorb(last_word(text.data() + at, text.size() - at, text.size()));
  return sip.finish();
}

uint64_t siphash(const SipKey& key, uint32_t prefix, std::string_view text) {
  std::size_t length = sizeof prefix + text.size();
  char start[8] = {};
  std::memcpy(start, &prefix, sizeof prefix);
  std::size_t taken = text.size() < 4 ? text.size() : 4;
  std::memcpy(start + 4, text.data(), taken);
  Sip sip(key);
  if (length < 8) {
    sip.absorb(last_word(start, length, length));
    return sip.finish();
  }
  sip.absorb(word_at(start));
  std::size_t at = taken;
  for (; at + 8 <= text.size(); at += 8) sip.absorb(word_at(text.data() + at));
  sip.absorb(last_word(text.data() + at, text.size() - at, length));
  return sip.finish();
}

}  // namespace homeroom::keys
