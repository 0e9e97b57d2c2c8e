// The agency of the pretend district keeps a book (plugins/day_book) instead of a file: a source
// with cursors, which tells no line twice.
#pragma once

#include "tests/flows/pretend.hpp"

namespace homeroom::flows {

/// Before the first night.
inline void keep_a_book(const Pretend& pretend) {
  pretend.hear_the_agency_by("day_book");
}

/// Lines of `Referral,First,Last,Born`, oldest first.
inline void book(const Pretend& pretend, const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += line + '\n';
  pretend.write("book.csv", text);
}

/// The source is asked each night which referrals there are.
inline void ask_for_keys(const Pretend& pretend) {
  auto text = cli::whole(pretend.at("workspace/homeroom.yaml"));
  auto at = text.find("    mapping: mappings/agency.yaml");
  text.insert(at, "    ask_for_keys: true\n");
  std::ofstream(pretend.at("workspace/homeroom.yaml")) << text;
}

/// What it answers; the last may be "..." for a list that is cut.
inline void keys(const Pretend& pretend, const std::vector<std::string>& keys) {
  std::string text;
  for (const auto& key : keys) text += key + '\n';
  pretend.write("keys.csv", text);
}

}  // namespace homeroom::flows
