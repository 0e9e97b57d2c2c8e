// GivenParts: rows that were handed in and do not fit into memory, in a scratch file, parted by the
// student they are about; those about nobody are a part of their own.
#pragma once

#include "hub/record/scratch.hpp"
#include "hub/validate/given_rows.hpp"

namespace homeroom::validate {

class GivenParts {
 public:
  explicit GivenParts(record::Scratch& scratch);
  GivenParts(const GivenParts&) = delete;
  GivenParts& operator=(const GivenParts&) = delete;
  ~GivenParts();

  uint64_t budget() const { return scratch_.budget(); }
  /// What rows may take that are judged at once: what is made of them takes twice as much again.
  uint64_t room() const { return scratch_.budget() / 4; }
  /// Whether anything was put aside.
  bool has_rows() const { return !rows_before_.empty(); }
  /// Puts all rows aside; `given` has none afterwards.
  void put(GivenRows& given);
  /// No more rows come.
  void end();

  /// All that were put aside.
  uint64_t rows() const {
    uint64_t rows = 0;
    for (auto count : rows_before_) rows += count;
    return rows;
  }

  static constexpr uint32_t nobody = 0;
  uint32_t parts() const { return static_cast<uint32_t>(parts_.size()); }
  /// What the rows of a part take in memory.
  uint64_t memory(uint32_t part) const { return parts_[part].memory; }
  /// Adds a part's rows, or every `of`-th share of its students' rows.
  void get(uint32_t part, GivenRows& given, uint32_t share = 0, uint32_t of = 1);

 private:
  struct Part {
    std::vector<uint64_t> pieces;
    std::string filling;
    uint64_t memory = 0;
  };
  struct Row;
  void take(uint32_t part, const std::string& row, std::size_t memory);
  uint32_t part_of(const GivenRows& given, uint32_t student) const;
  void get(const char*& at, GivenRows& given, uint32_t share, uint32_t of);

  record::Scratch& scratch_;
  std::size_t piece_bytes_;
  std::vector<Part> parts_;
  std::vector<uint64_t> rows_before_;  ///< by entity
  uint64_t ranks_before_ = 0;
};

}  // namespace homeroom::validate
