// Context: what the flags before the verb say, and how verbs print.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "hub/world/world.hpp"

namespace homeroom::flow {
class Hub;
}

namespace homeroom::cli {

struct Context {
  std::string workspace = ".";
  std::vector<std::string> set;
  std::string output = "text";
  bool is_quiet = false;
  int exit_code = 0;  ///< what the verb answers
  world::SystemClock clock;
  world::Cancel cancel;
  world::Log log;

  bool is_json() const { return output == "json"; }
  /// The folder of the program's own files (configs, examples).
  std::filesystem::path configs() const;
  std::vector<std::filesystem::path> plugin_folders() const;
  /// Of these, those that came with the program.
  std::vector<std::filesystem::path> own_plugin_folders() const;
  std::map<std::string, std::string> parameters() const;
  /// Opens the workspace of the flags.
  flow::Hub hub() const;
};

/// Columns lined up under their heads; numbers to the right, with thousands separators by the
/// caller.
class Table {
 public:
  explicit Table(std::vector<std::string> heads) : rows_{std::move(heads)} {}
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  /// `left` columns from the first are texts, the others are set to the right.
  std::string text(std::size_t left) const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

/// 12433 -> "12,433".
std::string with_commas(uint64_t number);
std::string printable_size(uint64_t bytes);

}  // namespace homeroom::cli
