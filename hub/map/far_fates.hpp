// FarFates: what became of source rows whose lineage is not in memory: half a byte for each row and
// each group, and what went into the groups in a scratch file.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "hub/map/far_rows.hpp"

namespace homeroom::map {

/// Rows of a fold are told as those of a stream behind all streams of the plan.
class FarFates {
 public:
  FarFates(record::Scratch& scratch, uint32_t streams)
      : scratch_(scratch), streams_(streams), marks_(streams) {}

  /// A fold that is to be made: what `relation` becomes.
  uint32_t begin_fold();
  /// What stands in for the fold in lineages.
  std::shared_ptr<const Gathered> stand_in(uint32_t fold) const { return folds_[fold].stand_in; }
  uint32_t groups(uint32_t fold) const { return folds_[fold].groups; }
  /// Groups from the next number on, and rows whose groups are counted from `first` on.
  void add_groups(uint32_t fold, uint32_t count) { folds_[fold].groups += count; }
  void add_rows(uint32_t fold, uint32_t first, const Gathered& from);
  void end_fold(uint32_t fold);

  void take(std::vector<std::pair<SourceRow, Fate>>& told);
  /// How many of a stream's rows had each fate, by Fate. Once, when all was told.
  void settle();
  std::array<uint64_t, 4> counts(uint32_t stream, uint32_t rows) const;

 private:
  /// Each fate that a row was given, as a bit.
  class Marks {
   public:
    void add(uint32_t row, Fate fate);
    uint8_t at(uint32_t row) const;

   private:
    std::vector<uint8_t> halves_;
  };
  struct Fold {
    std::shared_ptr<const Gathered> stand_in;
    std::unique_ptr<FarWriter> writing;
    std::shared_ptr<const FarRows> rows;  ///< what went in; their numbers are those of the groups
    uint32_t groups = 0;
  };
  void settle(uint32_t fold);
  void tell(uint32_t stream, uint32_t row, Fate fate) {
    if (row != no_row) marks_[stream].add(row, fate);
  }

  record::Scratch& scratch_;
  uint32_t streams_;
  std::vector<Marks> marks_;  ///< by stream, then by fold
  std::vector<Fold> folds_;
};

}  // namespace homeroom::map
