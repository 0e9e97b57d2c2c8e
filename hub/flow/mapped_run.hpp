// MappedRun: a mapping run over streams as they are read, without a store. Streams whose rows
// others look up, or that are grouped, are held, in memory as far as its bound goes, else on the
// disk; all others pass through, so that memory does not grow with them. What comes out, and in
// which order, does not depend on the number of threads.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

#include "hub/flow/ordered_work.hpp"
#include "hub/flow/row_lines.hpp"
#include "hub/flow/row_reader.hpp"
#include "hub/map/map.hpp"

namespace homeroom::flow {

/// Where mapped rows come from.
class Places {
 public:
  /// `lines` of the streams that do not pass; of one that does, the batch and the file it is of.
  Places(const std::vector<RowLines>& lines, uint32_t stream, const map::StreamRows* batch,
         uint32_t file)
      : lines_(lines), stream_(stream), batch_(batch), file_(file) {}
  /// The place of a row as map::EntityRows counts them.
  FileLine at(uint32_t stream, uint32_t row) const {
    if (!batch_ || stream != stream_) return lines_[stream].at(row);
    return {file_, row < batch_->lines.size() ? batch_->lines[row] : 0};
  }
  uint32_t line(uint32_t stream, uint32_t row) const { return at(stream, row).line; }

 private:
  const std::vector<RowLines>& lines_;
  uint32_t stream_;
  const map::StreamRows* batch_;
  uint32_t file_;
};

/// What is kept of mapped rows.
class MappedRows {
 public:
  class Part {
   public:
    virtual ~Part() = default;
  };
  virtual ~MappedRows() = default;
  virtual std::unique_ptr<Part> new_part() const = 0;
  /// On any thread: fills `part`, which has been used before, from rows that are gone afterwards.
  virtual void fill(Part& part, const map::Output& output, const Places& places) const = 0;
  /// On one thread at a time; the parts of each entity come in the order of its rows.
  virtual void take(Part& part) = 0;
};

/// What became of the rows; rows_in = mapped + filtered + rejected.
struct MappedCounts {
  uint64_t rows_in = 0;
  uint64_t mapped = 0;    ///< reached an output row, or were looked up for one
  uint64_t filtered = 0;  ///< left out by a condition, or refused
  uint64_t rejected = 0;  ///< set aside, or could not be read
  uint64_t rows_out = 0;
  bool has_hashes = false;  ///< made with the fixed hasher, so no run makes the same
  /// Stream and file, by their places, of which not even a row that was set aside came.
  std::vector<std::pair<uint32_t, uint32_t>> without_rows;
  uint64_t spilled_bytes = 0;  ///< written to a scratch file, for what did not fit into memory

  void add(const std::vector<map::Fate>& fates);
  void add(const MappedCounts& others);
};

/// What a run is made of. Each may be called on any thread, each stream's readers on one.
struct MappedSources {
  std::function<std::unique_ptr<map::Mapping>()> mapping;  ///< the same each time; one a thread
  /// The readers of a stream by its place in `reads`, one behind the other.
  std::vector<std::vector<std::function<std::unique_ptr<RowReader>()>>> readers;
};

/// What rows that are held may take: beyond it they go to a scratch file in `scratch`.
struct MemoryBound {
  uint64_t bytes = 0;  ///< 0: no bound
  std::filesystem::path scratch;
};

/// `threads` of 1 or more. Throws what readers and mappings throw, and what a full disk makes of
/// it. What comes out is the same with and without a bound, with its places; lineage of rows that
/// were spilled, and findings of steps on them, are not kept.
MappedCounts run_mapped(const MappedSources& sources, uint32_t threads, MappedRows& rows,
                        const MemoryBound& bound = {});

}  // namespace homeroom::flow
