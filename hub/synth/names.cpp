#include "hub/synth/names.hpp"

#include <cctype>

namespace homeroom::synth {

namespace {

constexpr const char* onsets[] = {"B", "Bl", "D", "Dr", "F",  "Fl", "G",  "Gl", "K",
                                  "L", "M",  "N", "P",  "Pl", "Qu", "R",  "S",  "Sk",
                                  "T", "Tr", "V", "W",  "X",  "Z",  "Zw", "Y"};
constexpr const char* vowels[] = {"a", "e", "i", "o", "u", "ou", "ia", "oo"};
constexpr const char* middles[] = {"bb", "d", "lk", "mp", "nd", "pp", "rv",
                                   "st", "v", "zz", "l",  "n",  "r",  "x"};
constexpr const char* given_ends[] = {"a", "o", "in", "el", "u", "ix", "ora", "ano"};
constexpr const char* family_ends[] = {"wick", "foss", "bee",    "dell",        "quist",
                                       "moor", "zink", "puddle", "berg\xC3\xA9"};

/// A name of rank `rank` among all of its kind; the low ranks are drawn most.
template <std::size_t Ends>
std::string built(uint64_t rank, const char* const (&ends)[Ends]) {
  uint64_t x = scrambled(rank + 17 * Ends);
  std::string name = onsets[x % 26];
  name += vowels[x / 26 % 8];
  name += middles[x / 208 % 14];
  if (x / 2912 % 3 == 0) name.append(vowels[x / 8736 % 8]).append(middles[x / 69888 % 14]);
  name += ends[x / 978432 % Ends];
  return name;
}

/// Ranks as names are spread among people: a few are common, most are rare.
uint64_t rank_below(uint64_t most, Draw& draw) {
  uint64_t once = draw.below(most);
  return once * draw.below(most) / most;
}

}  // namespace

std::string given_name(Draw& draw) {
  return built(rank_below(6'000, draw), given_ends);
}

std::string family_name(Draw& draw) {
  return built(100'000 + rank_below(40'000, draw), family_ends);
}

std::string nickname(const std::string& given) {
  return given.size() < 6 ? given : given.substr(0, 4) + 'y';
}

std::string with_typo(std::string name, Draw& draw) {
  if (name.size() < 4) return name;
  std::size_t at = 1 + draw.below(name.size() - 2);
  auto is_letter = [&](std::size_t i) {
    return (name[i] & 0x80) == 0 && std::isalpha(static_cast<unsigned char>(name[i]));
  };
  if (!is_letter(at) || !is_letter(at + 1)) return name;
  switch (draw.below(4)) {
    case 0:
      std::swap(name[at], name[at + 1]);
      break;
    case 1:
      name.erase(at, 1);
      break;
    case 2:
      name.insert(at, 1, name[at]);
      break;
    default:
      name[at] = static_cast<char>('a' + draw.below(26));
  }
  return name;
}

std::string in_capitals(std::string name) {
  for (auto& letter : name)
    if ((letter & 0x80) == 0) letter = static_cast<char>(std::toupper(letter));
  return name;
}

}  // namespace homeroom::synth
