#include <cassert>

#include "hub/resolve/resolve.hpp"

namespace homeroom::resolve {

std::string person_id(std::string_view hash) {
  assert(hash.size() >= 10);
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz234567";  // RFC 4648 section 6
  std::string id = "p";
  id.reserve(1 + 16 + 4);  // a district keeps many of them
  uint32_t bits = 0;
  int held = 0;
  for (int i = 0, byte = 0; i < 16; ++i) {
    if (held < 5) {
      bits = (bits << 8) | static_cast<unsigned char>(hash[static_cast<std::size_t>(byte++)]);
      held += 8;
    }
    if (i % 4 == 0) id += '-';
    held -= 5;
    id += letters[(bits >> held) & 31];
  }
  return id;
}

}  // namespace homeroom::resolve
