// Claims: rows that may stand for two students, by a hash of what they say. Beyond a budget they go
// to a scratch file, parted by their hashes.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "hub/record/scratch.hpp"
#include "hub/validate/kept_rows.hpp"

namespace homeroom::validate {

/// Whom a claim is told of.
struct Claimant {
  uint64_t rank = 0;  ///< of the student
  std::string student, school;
  double fte = 0;
};

class Claims {
 public:
  /// `scratch` may be null: then all stay in memory.
  explicit Claims(record::Scratch* scratch) : scratch_(scratch), parts_(scratch ? most_parts : 1) {}
  ~Claims();
  Claims(Claims&&) = default;
  Claims& operator=(Claims&&) = delete;

  /// Row `number`, which says `text`.
  void add(const std::string& text, uint64_t number, RowPlace place, const Claimant& claimant);
  /// Calls `take` for each claim that another student's equals, with the place of the first of
  /// these: by hash, then by row.
  void settle(const std::function<void(const Claimant&, RowPlace, RowPlace)>& take);

 private:
  static constexpr std::size_t most_parts = 64;
  struct Part {
    std::vector<uint64_t> pieces;
    std::string filling;
  };
  void settle(const std::string& bytes,
              const std::function<void(const Claimant&, RowPlace, RowPlace)>& take);

  record::Scratch* scratch_;
  std::vector<Part> parts_;
};

}  // namespace homeroom::validate
