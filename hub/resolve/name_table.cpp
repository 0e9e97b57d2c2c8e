#include "hub/resolve/name_table.hpp"

#include <algorithm>
#include <bit>

#include "hub/resolve/names.hpp"
#include "hub/resolve/spelling.hpp"

namespace homeroom::resolve {

namespace {

std::string without_blanks(std::string_view name) {
  std::string out;
  for (char c : name)
    if (c != ' ') out += c;
  return out;
}

/// Names of three letters that differ in one are mostly two names: Ana, Eva.
constexpr uint32_t shortest_for_slips = 4;
/// English short forms are made of the beginning of a name and y, ie or i: Danny of Daniel, Susie
/// of Susan, Nati of Natalia. How many letters of the name such a form keeps; 0: it is none. The
/// last of them may stand twice.
uint8_t letters_of_short_form(std::string_view name) {
  constexpr std::size_t fewest = 3;
  auto stem = name;
  if (stem.ends_with("ie"))
    stem.remove_suffix(2);
  else if (stem.ends_with('y') || stem.ends_with('i'))
    stem.remove_suffix(1);
  else
    return 0;
  bool is_doubled = stem.size() > fewest && stem.back() == stem[stem.size() - 2];
  auto size = stem.size() - (is_doubled ? 1 : 0);
  constexpr std::size_t most = 15;
  return size < fewest || size > most ? 0 : static_cast<uint8_t>(size);
}

}  // namespace

NameTable::NameTable(Dictionary& names, const Nicknames& nicknames) : names_(names), infos_(1) {
  for (uint32_t group = 0; group < nicknames.size(); ++group) {
    groups_of_[nicknames[group].first].push_back(group);
    for (const auto& name : nicknames[group].second) groups_of_[name].push_back(group);
  }
  extend();
}

void NameTable::extend() {
  for (auto id = size(); id < names_.size(); ++id) {
    Info info;
    std::string text(names_.text(id));
    auto whole = without_blanks(text);
    info.letters = letter_set(whole);
    info.joined = joined_.id_of(whole);
    info.size = static_cast<uint8_t>(std::min<std::size_t>(whole.size(), 255));
    std::copy_n(whole.begin(), std::min(whole.size(), sizeof info.head), info.head);
    info.stem = letters_of_short_form(whole);
    info.words = static_cast<uint32_t>(words_.size());
    for (auto word : family_parts(text)) {
      if (info.word_count == 8) break;
      words_.push_back(names_.id_of(word));
      ++info.word_count;
    }
    info.groups = static_cast<uint32_t>(groups_.size());
    if (auto found = groups_of_.find(text); found != groups_of_.end()) {
      info.group_count = static_cast<uint8_t>(std::min<std::size_t>(found->second.size(), 255));
      groups_.insert(groups_.end(), found->second.begin(),
                     found->second.begin() + info.group_count);
    }
    info.is_one_word = info.word_count == 1 && words_.back() == id;
    for (uint32_t i = 0; i < info.group_count; ++i)
      info.some_groups |= uint32_t{1} << (groups_[info.groups + i] & 31);
    infos_.push_back(info);
  }
}

bool NameTable::are_nicknames(uint32_t a, uint32_t b) const {
  const auto& x = infos_[a];
  const auto& y = infos_[b];
  if ((x.some_groups & y.some_groups) == 0) return false;
  for (uint32_t i = 0; i < x.group_count; ++i)
    for (uint32_t j = 0; j < y.group_count; ++j)
      if (groups_[x.groups + i] == groups_[y.groups + j]) return true;
  return false;
}

bool NameTable::is_initial_of(uint32_t a, uint32_t b) const {
  const auto& x = infos_[a];
  const auto& y = infos_[b];
  return x.first() == y.first() && (x.size == 1 || y.size == 1);
}

uint32_t NameTable::shared_word(uint32_t a, uint32_t b) const {
  for (auto x : words(a))
    for (auto y : words(b))
      if (x == y && infos_[x].size > 1) return x;
  return 0;
}

int NameTable::nearness(uint32_t a, uint32_t b) const {
  const auto& x = infos_[a];
  const auto& y = infos_[b];
  if (!may_be_near(x, y)) return 0;
  if (may_be_slips(x, y)) {
    auto distance = edits(joined(a), joined(b));
    if (distance <= 1 && std::min(x.size, y.size) >= shortest_for_slips) return 1;
    if (distance <= std::min(x.slips(), y.slips())) return 2;
  }
  if (!may_be_alike(x, y)) return 0;
  return jaro_winkler(joined(a), joined(b)) >= alike ? 2 : 0;
}

bool NameTable::is_short_form_of(uint32_t shorter, uint32_t longer) const {
  const auto& x = infos_[shorter];
  const auto& y = infos_[longer];
  if (x.stem == 0 || x.first() != y.first() || y.size < x.stem + 2U) return false;
  return joined(longer).starts_with(joined(shorter).substr(0, x.stem));
}

Given NameTable::given(uint32_t a, uint32_t b) const {
  if (a == 0 || b == 0) return Given::unknown;
  if (a == b) return Given::same;
  const auto& x = infos_[a];
  const auto& y = infos_[b];
  if (x.joined == y.joined) return Given::part;
  if (x.word_count > 1 || y.word_count > 1) {
    if (shared_word(a, b)) return Given::part;
  }
  auto first_a = words_[x.words];
  auto first_b = words_[y.words];
  if (are_nicknames(a, b) || are_nicknames(first_a, first_b)) return Given::nickname;
  auto near = nearness(a, b);
  if (near != 1 && (first_a != a || first_b != b)) {
    auto of_first = nearness(first_a, first_b);
    if (of_first) near = of_first;
  }
  if (near == 1) return Given::near;
  if (is_initial_of(a, b)) return Given::initial;
  bool is_short = is_short_form_of(first_a, first_b) || is_short_form_of(first_b, first_a);
  return near == 2 || is_short ? Given::alike : Given::differs;
}

Family NameTable::family(uint32_t a, uint32_t b) const {
  if (a == 0 || b == 0) return Family::unknown;
  if (a == b || infos_[a].joined == infos_[b].joined) return Family::same;
  auto of_a = words(a);
  auto of_b = words(b);
  bool has_several = of_a.size() > 1 || of_b.size() > 1;
  uint32_t shared = 0;
  for (auto word : of_a) shared += std::ranges::find(of_b, word) != of_b.end();
  if (shared > 0 && shared == of_a.size() && shared == of_b.size()) return Family::parts;
  if (shared > 0)  // "Vega" for "Vega Luna" is one family; "Vega Luna" and "Vega Sol" may be two
    return shared == std::min(of_a.size(), of_b.size()) ? Family::part : Family::near_part;
  auto near = nearness(a, b);
  if (near == 1) return Family::near;
  if (has_several)
    for (auto word : of_a)
      for (auto other : of_b)
        if (nearness(word, other) == 1) return Family::near_part;
  return near == 2 ? Family::alike : Family::differs;
}

}  // namespace homeroom::resolve
