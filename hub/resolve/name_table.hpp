// NameTable: what comparing needs of each distinct name, worked out once: its words, its letters,
// the formal names it may stand for. And how two given names, or two family names, agree.
#pragma once

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
  uint32_t size() const { return static_cast<uint32_t>(infos_.size()); }
  /// Has what is known of a name brought near; it is about to be compared.
  void fetch(uint32_t name) const { __builtin_prefetch(&infos_[name]); }

 private:
  struct Info {
    uint32_t letters = 0;  ///< letter_set of the joined name
    uint32_t joined = 0;   ///< number of the name without blanks
    uint32_t words = 0;
    uint32_t groups = 0;
    uint8_t word_count : 4 = 0;
    uint8_t stem : 4 = 0;  ///< letters of another name that begin this one, if it is a short form
    uint8_t group_count = 0;
    uint8_t size = 0;   ///< bytes of the joined name, at most 255
    char head[4] = {};  ///< its first bytes

    char first() const { return head[0]; }
    WordShape shape() const { return {letters, size}; }
  };

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
