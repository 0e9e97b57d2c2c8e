// FileNames: the files that rows of one source came from, by number, so that each row can say its
// file in a byte or two.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "hub/flow/names.hpp"

namespace homeroom::flow {

class FileNames {
 public:
  /// As published for the source.
  static FileNames load(store::Store& store, const std::string& source);
  void save(store::Store& store, const std::string& source) const;

  /// From 1; 0 for no name.
  uint32_t number_of(std::string_view name);
  /// Empty for 0 and for a number that was never given.
  std::string name(uint32_t number) const;

 private:
  std::vector<std::string> names_;
  std::unordered_map<std::string, uint32_t> numbers_;
  uint32_t last_ = 0;  ///< asked for: rows of one file come together
};

}  // namespace homeroom::flow
