// Shares the kit writes: invented people, the same bytes each time.
#pragma once

#include <string>
#include <vector>

#include "hub/plugin/plugin.hpp"

namespace homeroom::conformance {

/// Shares that own their texts.
class Shares {
 public:
  /// `count` people kit-1, kit-2, ... sorted by id.
  explicit Shares(size_t count);
  Shares(const Shares&) = delete;
  Shares& operator=(const Shares&) = delete;

  const std::vector<plugin::Share>& all() const { return shares_; }
  /// A text of each body that must show in no message.
  static std::string canary() { return "Kitcanary-Invented"; }

 private:
  struct Texts {
    std::string key, id, digest, body;
  };
  std::vector<Texts> texts_;
  std::vector<plugin::Share> shares_;
};

/// What became of each share, by its place; not_now where nothing was said.
struct Written {
  std::vector<plugin::Verdict> verdicts;
  std::vector<std::string> why;
};

/// Puts `step` shares at a time and finishes.
Written write_all(plugin::Instance& instance, const std::vector<plugin::Share>& shares,
                  size_t step = 1000, uint64_t number = 1);

}  // namespace homeroom::conformance
