#include "hub/resolve/spelling.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace homeroom::resolve {

namespace {

constexpr std::size_t most = 64;

/// For each byte, the places at which it stands in a word; only the word's own entries are cleaned.
class Places {
 public:
  explicit Places(std::string_view word) : word_(word) {
    for (std::size_t i = 0; i < word.size(); ++i) table()[byte(word[i])] |= uint64_t{1} << i;
  }
  ~Places() {
    for (char c : word_) table()[byte(c)] = 0;
  }
  Places(const Places&) = delete;
  Places& operator=(const Places&) = delete;
  uint64_t of(char c) const { return table()[byte(c)]; }

 private:
  static unsigned char byte(char c) { return static_cast<unsigned char>(c); }
  static uint64_t* table() {
    thread_local uint64_t places[256] = {};
    return places;
  }
  std::string_view word_;
};

}  // namespace

uint32_t edits(std::string_view a, std::string_view b) {
  a = a.substr(0, most);
  b = b.substr(0, most);
  if (a.size() > b.size()) std::swap(a, b);
  if (a.empty()) return static_cast<uint32_t>(b.size());
  Places places(a);
  uint64_t last = uint64_t{1} << (a.size() - 1);
  uint64_t up = ~uint64_t{0};
  uint64_t down = 0;
  uint64_t zero = 0;
  uint64_t before = 0;
  auto distance = static_cast<uint32_t>(a.size());
  for (char c : b) {
    uint64_t here = places.of(c);
    uint64_t swapped = ((~zero & here) << 1) & before;
    zero = (((here & up) + up) ^ up) | here | down | swapped;
    uint64_t plus = down | ~(zero | up);
    uint64_t minus = zero & up;
    distance += (plus & last) != 0;
    distance -= (minus & last) != 0;
    plus = (plus << 1) | 1;
    minus <<= 1;
    up = minus | ~(zero | plus);
    down = zero & plus;
    before = here;
  }
  return distance;
}

double jaro_winkler(std::string_view a, std::string_view b) {
  a = a.substr(0, most);
  b = b.substr(0, most);
  if (a.size() > b.size()) std::swap(a, b);
  if (a.empty()) return b.empty() ? 1 : 0;
  auto reach = static_cast<int>(b.size() / 2);
  reach = std::max(reach - 1, 0);
  Places places(a);
  uint64_t taken = 0;  // places of `a`
  char common[most];
  uint32_t count = 0;
  auto whole = a.size() == most ? ~uint64_t{0} : (uint64_t{1} << a.size()) - 1;
  for (int i = 0; i < static_cast<int>(b.size()); ++i) {
    int low = std::max(i - reach, 0);
    int high = i + reach;
    uint64_t window = whole & (high >= 63 ? ~uint64_t{0} : (uint64_t{1} << (high + 1)) - 1);
    window &= low >= 64 ? 0 : ~uint64_t{0} << low;
    uint64_t free = places.of(b[static_cast<std::size_t>(i)]) & window & ~taken;
    if (!free) continue;
    taken |= free & (~free + 1);
    common[count++] = b[static_cast<std::size_t>(i)];
  }
  if (count == 0) return 0;
  uint32_t moved = 0;
  uint32_t next = 0;
  for (uint64_t left = taken; left; left &= left - 1)
    moved += a[static_cast<std::size_t>(std::countr_zero(left))] != common[next++];
  double m = count;
  double jaro = (m / static_cast<double>(a.size()) + m / static_cast<double>(b.size()) +
                 (m - moved / 2) / m) /
                3;  // NOLINT(bugprone-integer-division): halves of pairs
  uint32_t prefix = 0;
  while (prefix < std::min<std::size_t>(4, a.size()) && a[prefix] == b[prefix]) ++prefix;
  return jaro + 0.1 * prefix * (1 - jaro);
}

uint32_t letter_set(std::string_view word) {
  uint32_t set = 0;
  for (char c : word) set |= uint32_t{1} << (static_cast<unsigned char>(c) & 31);
  return set;
}

}  // namespace homeroom::resolve
