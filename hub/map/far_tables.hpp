// FarTables: the tables of a mapping over more rows than memory holds. Steps that look at each row
// alone run on some rows at a time; rows that are grouped or joined are parted by the hash of their
// keys until each part fits, and what comes out is put back into the order it would have had in
// memory.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>

#include "hub/map/far_fates.hpp"
#include "hub/map/lookups.hpp"
#include "hub/map/standing.hpp"

namespace homeroom::map {

class FarTables {
 public:
  using Rows = std::shared_ptr<const FarRows>;

  FarTables(const Plan& plan, const SlicePlan& slices, record::Scratch& scratch);

  /// Rows of a stream, on any thread, but of each stream on one at a time.
  void add(uint32_t stream, const StreamRows& rows);
  /// Once all streams that stand are there: makes the tables that are made whole, and `lookups` for
  /// the streams that pass, if they fit into memory.
  void make(Lookups& lookups, record::Arena& arena);
  /// Whether slices of the stream can be run as they are read. Else it is to be added, too.
  bool passes(uint32_t stream) const { return passes_[stream]; }
  /// The rows of a driver; 0 of a stream that passes.
  uint32_t rows(uint32_t driver);
  /// The next slice of a driver; false at its end. Slices of a stream that was meant to pass are
  /// those it was added in, others have `most_rows`.
  bool next_slice(uint32_t driver, uint32_t most_rows, std::vector<FarSlice>& slice);
  Relation relation(const FarSlice& slice, record::Arena& arena);

  FarFates& fates() { return fates_; }
  uint32_t stream_rows(uint32_t stream) {
    return streams_[stream].rows ? streams_[stream].rows->rows() : 0;
  }

 private:
  struct Stream {
    std::unique_ptr<FarWriter> writing;
    Rows rows;
    std::vector<uint32_t> ends;  ///< how many rows there were after each add()
  };
  /// The tables of a driver on their way out.
  struct Drive {
    std::deque<std::pair<uint32_t, FarReader>> tables;
    std::vector<uint8_t> has_row;
    std::size_t slices = 0;
  };
  using Take = std::function<void(const Relation&)>;
  struct Steps {
    const Step* first;
    const Step* last;
  };

  Rows stream(uint32_t index);
  Rows table(uint32_t index);
  Rows rows_of(Origin origin) {
    return origin.is_table ? table(origin.index) : stream(origin.index);
  }
  bool is_of_table(std::size_t entity) const {
    return slices_.driver[entity] >= plan_.reads.size();
  }
  void joins_of(uint32_t table, std::vector<const Join*>& joins) const;
  void plan_lookups(Lookups& lookups, record::Arena& arena);

  bool fits(const FarRows& rows) const { return rows.memory() <= scratch_.budget() / 4; }
  std::size_t chunk_bytes() const;
  Rows by_row(Steps steps, Rows rows);
  void run(Steps steps, const Relation& rows, const Lookups* lookups, const Take& take);
  Rows written(FarWriter& writer);

  Rows unite(const Step& step, Rows rows);
  Rows join(const Step& step, Rows rows);
  Rows joined(const Step& step, Rows left, Rows right, uint64_t all_right, int depth);
  Rows join_one_key(const Step& step, const Rows& left, const Rows& right, uint64_t all_right);
  Rows join_part(const Step& step, const Rows& left, const Rows& right, uint64_t all_right,
                 bool is_part);
  Rows fold(const Step& step, Rows rows);
  Rows folded(const Step& step, Rows rows, uint32_t fold, int depth);
  Rows fold_at_once(const Step& step, const Rows& rows, uint32_t fold);
  Rows fold_in_parts(const Step& step, const Rows& rows, uint32_t fold);

  [[noreturn]] void refuse(const Step& step, const std::string& says) const;

  const Plan& plan_;
  const SlicePlan& slices_;
  record::Scratch& scratch_;
  FarFates fates_;
  std::deque<Stream> streams_;
  std::map<uint32_t, Rows> tables_;
  std::vector<uint8_t> passes_;
  std::map<uint32_t, Drive> drives_;
};

}  // namespace homeroom::map
