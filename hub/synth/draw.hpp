// Draws of chance that depend on (seed, person, purpose) alone, so that a person's rows do not
// depend on how many others there are.
#pragma once

#include <cstdint>

namespace homeroom::synth {

enum class Purpose : uint64_t {
  family = 1,
  person,
  name,
  address,
  guardian,
  staff,
  school_facts,
  classes,
  attendance,
  incident,
  span,
  planted,
  consent,
  caseload,
  clinic,
  vaccine,
  condition,
  shelter,
  family_shelter,
  social,
  day2,
  gone,
  key
};

inline uint64_t scrambled(uint64_t x) {
  x ^= x >> 32;
  x *= 0xd6e8feb86659fd93ull;
  x ^= x >> 32;
  x *= 0xd6e8feb86659fd93ull;
  return x ^ (x >> 32);
}

class Draw {
 public:
  Draw(uint64_t seed, uint64_t who, Purpose purpose, uint64_t version = 0)
      : state_(scrambled(seed + 0x51ull * static_cast<uint64_t>(purpose)) ^
               scrambled(who * 8 + version + 0x2545f491ull)) {}

  uint64_t next() { return scrambled(state_ += 0x9e3779b97f4a7c15ull); }
  /// 0 to `most` - 1.
  uint64_t below(uint64_t most) { return (next() >> 11) % most; }
  int day(int most) { return static_cast<int>(below(static_cast<uint64_t>(most))); }
  bool chance(double share) {
    return static_cast<double>(next() >> 11) < share * 9007199254740992.0;
  }

 private:
  uint64_t state_;
};

}  // namespace homeroom::synth
