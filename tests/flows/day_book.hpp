// The agency of the pretend district keeps a book (plugins/day_book) instead of a file: a source
// with cursors, which tells no line twice.
#pragma once

#include "tests/flows/pretend.hpp"

namespace homeroom::flows {

/// Before the first night.
inline void keep_a_book(const Pretend& pretend) {
  namespace fs = std::filesystem;
  fs::create_directories(pretend.at("workspace/plugins"));
  for (const char* file : {"day_book.so", "day_book.manifest.yaml"})
    fs::copy(fs::path(HOMEROOM_BUILD_DIR "/tests/flows_plugins") / file,
             pretend.at("workspace/plugins"));
  auto text = cli::whole(pretend.at("workspace/homeroom.yaml"));
  auto from = text.find("    plugin: csv_file", text.find("  agency:"));
  auto to = text.find("    mapping: mappings/agency.yaml");
  text.replace(from, to - from, "    plugin: day_book\n    folder: ${data}\n");
  text += "\nplugins: {unsigned: allow}\n";
  std::ofstream(pretend.at("workspace/homeroom.yaml")) << text;
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
