// NameTable: what comparing needs of each distinct name, worked out once: its words, its letters,
// the formal names it may stand for. And how two given names, or two family names, agree.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "hub/resolve/dictionary.hpp"
#include "hub/resolve/nicknames.hpp"
#include "hub/resolve/spelling.hpp"

namespace homeroom::resolve {

/// From best to worst; 0: one of them is not known.
enum class Given : uint8_t { unknown, same, part, nickname, near, initial, middle, alike, differs };
enum class Family : uint8_t { unknown, same, parts, part, near, near_part, alike, differs };

class NameTable {
 public:
  /// Adds the words of names to the dictionary, so that they have numbers too.
  NameTable(Dictionary& names, const Nicknames& nicknames);
  /// Takes in what came into the dictionary since.
  void extend();

  Given given(uint32_t a, uint32_t b) const;
  Family family(uint32_t a, uint32_t b) const;
  /// The first begins like the second and ends like a short form: Danny, Daniel.
  bool is_short_form_of(uint32_t shorter, uint32_t longer) const;
  /// One is the other's first letter, or both are one letter.
  bool is_initial_of(uint32_t a, uint32_t b) const;
  /// The words of a name without particles ("de la"), as numbers of the dictionary.
  std::span<const uint32_t> words(uint32_t name) const {
    return {words_.data() + infos_[name].words, infos_[name].word_count};
  }
  /// The word that both have, or 0.
  uint32_t shared_word(uint32_t a, uint32_t b) const;
  /// Bytes of a name without blanks, at most 255.
  uint32_t letters(uint32_t name) const { return infos_[name].size; }
  uint32_t size() const { return static_cast<uint32_t>(infos_.size()); }

  /// Surely Given::differs, told without reading the names and without a branch. Both are known.
  bool are_other_given(uint32_t a, uint32_t b) const {
    const auto& x = infos_[a];
    const auto& y = infos_[b];
    bool is_of_first =
        (x.first() == y.first()) & ((x.size == 1) | (y.size == 1) | (x.stem != 0) | (y.stem != 0));
    return x.is_one_word & y.is_one_word & ((x.some_groups & y.some_groups) == 0) & !is_of_first &
           !may_be_near(x, y);
  }
  /// Surely Family::differs, in the same way.
  bool are_other_family(uint32_t a, uint32_t b) const {
    const auto& x = infos_[a];
    const auto& y = infos_[b];
    return x.is_one_word & y.is_one_word & (x.joined != y.joined) & !may_be_near(x, y);
  }

 private:
  /// Jaro-Winkler similarity from which names are alike.
  static constexpr double alike = 0.88;

  struct alignas(32) Info {
    uint32_t letters = 0;  ///< letter_set of the joined name
    uint32_t joined = 0;   ///< number of the name without blanks
    uint32_t words = 0;
    uint32_t groups = 0;
    uint32_t some_groups = 0;  ///< a bit for each group, which several groups may share
    char head[4] = {};         ///< the first bytes of the joined name
    uint8_t word_count = 0;
    uint8_t group_count = 0;
    uint8_t stem = 0;          ///< letters of another name that begin this one, if a short form
    uint8_t size = 0;          ///< bytes of the joined name, at most 255
    bool is_one_word = false;  ///< and nothing else: no particle

    char first() const { return head[0]; }
    WordShape shape() const { return {letters, size}; }
    uint32_t slips() const { return size >= 5 ? 2 : 1; }
  };

  static bool may_be_slips(const Info& x, const Info& y) {
    auto slips = std::min(x.slips(), y.slips());
    auto longer = std::max<uint32_t>(x.size, y.size);
    auto shorter = std::min<uint32_t>(x.size, y.size);
    return (std::popcount(x.letters ^ y.letters) <= static_cast<int>(2 * slips)) &
           (longer - shorter <= slips);
  }
  static bool may_be_alike(const Info& x, const Info& y) {
    auto apart = std::bit_cast<uint32_t>(x.head) ^ std::bit_cast<uint32_t>(y.head);
    auto prefix = static_cast<uint32_t>(std::countr_zero(apart)) / 8;
    static constexpr MayBeAlike may_be(static_cast<float>(alike));
    return (x.size >= 3) & (y.size >= 3) & may_be(x.shape(), y.shape(), prefix);
  }
  [[gnu::always_inline]] static bool may_be_near(const Info& x, const Info& y) {
    return (x.size >= 2) & (y.size >= 2) & (std::popcount(x.letters ^ y.letters) <= 6) &
           (may_be_slips(x, y) | may_be_alike(x, y));
  }
  bool are_nicknames(uint32_t a, uint32_t b) const;
  /// 1 if one edit apart, 2 if alike, 0 else; of the names without blanks.
  int nearness(uint32_t a, uint32_t b) const;
  std::string_view joined(uint32_t name) const { return joined_.text(infos_[name].joined); }

  Dictionary& names_;
  std::unordered_map<std::string, std::vector<uint32_t>> groups_of_;  ///< nicknames: by name
  std::vector<Info> infos_;
  std::vector<uint32_t> words_;
  std::vector<uint32_t> groups_;
  Dictionary joined_;
};

}  // namespace homeroom::resolve
