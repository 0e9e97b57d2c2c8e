// Contributions: what each source says of the children it was heard on tonight, kept from mapping
// to merging in the order of the persons, so that merging reads every source once from front to
// back.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hub/flow/by_number.hpp"
#include "hub/flow/names.hpp"
#include "hub/flow/spill.hpp"

namespace homeroom::flow {

class SourceRun;

class Contributions {
 public:
  Contributions(store::Store& store, keys::KeyRing& keys, RunMemory& memory,
                std::filesystem::path folder);

  /// Keeps what a source said tonight of its linked children: (person, node) of those that it
  /// mapped again, in any order. The source may forget it then.
  void take(SourceRun& source, std::vector<std::pair<uint32_t, uint32_t>> linked);

  /// What this source says is in no profile.
  void withhold(uint32_t source) { withheld_.insert(source); }

  /// Appends what a source says of the child on one of its nodes: tonight, or as published.
  void append(std::string& out, uint32_t source, uint32_t node);
  /// The same in the order of the persons. What was kept of those in front is let go: whoever asks
  /// for it again finds it in the store.
  void append_in_order(std::string& out, uint32_t source, uint32_t node);

 private:
  struct Tonight {
    std::unique_ptr<Spill> spill;
    ByNumber<Spill::Place> places;  ///< no place: not mapped again tonight
  };
  /// Where it is kept what a source said tonight; null when it is only in the store.
  Tonight* kept(uint32_t source, uint32_t node);

  store::Store& store_;
  keys::KeyRing& keys_;
  RunMemory& memory_;
  std::filesystem::path folder_;
  std::map<uint32_t, Tonight> by_source_;
  std::set<uint32_t> withheld_;
};

}  // namespace homeroom::flow
