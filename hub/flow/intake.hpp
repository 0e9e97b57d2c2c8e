// Intake: the streams of one source as stored rows, each hanging on the node of its subject.
// Nothing is compared or mapped yet; what could not be read at all is set aside here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "hub/extract/extract.hpp"
#include "hub/flow/file_names.hpp"
#include "hub/flow/filled.hpp"
#include "hub/flow/frame.hpp"
#include "hub/flow/key_list.hpp"
#include "hub/flow/layout.hpp"
#include "hub/flow/mends.hpp"
#include "hub/flow/names.hpp"
#include "hub/flow/node_table.hpp"
#include "hub/flow/pulse.hpp"
#include "hub/flow/row_runs.hpp"
#include "hub/record/arena.hpp"
#include "hub/record/report.hpp"

namespace homeroom::flow {

struct StreamRead {
  extract::StreamPlan plan;
  bool is_reference = false;
  bool is_read = false;
  bool sweeps = false;            ///< what it did not show is gone
  std::optional<KeyList> listed;  ///< what is not on it is gone, beside what the changes say
  uint32_t space = 0;             ///< id of the subject column's space
  extract::StreamEnd end;
  record::StreamCounts counts;
  Filled filled;                            ///< of the rows that were read
  std::unordered_set<uint64_t> unreadable;  ///< keys set aside: seen, so never gone
  std::vector<RowRef> reference_rows;       ///< of a reference stream, sorted by key
  SeenAgain seen;                           ///< nodes whose rows are not among those that were kept
};

/// Key cells of a row as one hash; equal for equal cells whatever the run.
uint64_t key_hash(const std::vector<uint32_t>& key_columns,
                  const std::vector<record::Column>& columns, uint32_t row);
uint64_t key_hash(const std::vector<uint32_t>& key_columns, std::string_view cells);
uint64_t key_hash(std::string_view joined_key);  ///< values joined by U+001F
/// Key cells joined by U+001F.
std::string key_text(const std::vector<uint32_t>& key_columns, std::string_view cells);

/// The space's stable number for tokens.
uint32_t space_id(std::string_view space);

class Intake {
 public:
  Intake(const settings::Source& source, const map::Mapping& mapping, keys::KeyRing& keys,
         NodeTable& nodes, FileNames& files, RunMemory& memory, uint32_t run);

  /// What was set aside before and may be read again or otherwise; before read(), outlives it.
  void mend(const std::vector<store::QuarantineRow>& asides) { mends_ = Mends(asides); }
  const Mends& mends() const { return mends_; }
  /// Rows of whole files that are published as they are need not be kept, where they lie as
  /// `before` says; before read().
  void compare_with(const PublishedSums& published, uint64_t seed,
                    const std::vector<Layout>& before) {
    kept_.compare_with(published, seed);
    published_layouts_ = &before;
  }
  /// Reads every offered stream of the plan.
  void read(extract::SourcePlan& plan, Pulse& pulse);
  /// Frees all rows; nothing may look at one any more.
  void forget_rows();

  std::vector<StreamRead>& streams() { return streams_; }
  /// Rows of subject streams in the order of RowOrder, the last of equal keys only.
  std::vector<RowRef>& rows() { return rows_; }
  /// Nodes of subjects that a removals stream names.
  const std::vector<uint32_t>& removed() const { return removed_; }
  /// Records set aside: the index of their stream and what is known of them.
  struct Aside {
    uint32_t stream = 0;
    record::SetAside what;
  };
  std::vector<Aside>& asides() { return asides_; }
  /// Sets a row, read at `origin`, aside since the next one has its key: of records with one key
  /// the last one counts, as in a delta.
  void set_double_aside(const RowRef& row, const Origin& origin, const RowRef& next);

 private:
  void read_stream(StreamRead& stream, Pulse& pulse);
  void read_again(StreamRead& stream, uint32_t index);
  void list_keys(StreamRead& stream, uint32_t index, Pulse& pulse);
  void read_removals(const extract::Offer& offer, Pulse& pulse);
  void take(StreamRead& stream, uint32_t index, const record::Batch& batch,
            const std::string& file);
  void choose(StreamRead& stream, uint32_t index, const record::Batch& batch,
              const std::vector<record::Column>& columns, const std::string& file);
  void find_nodes(uint32_t space, const record::Column& subject);
  uint64_t token_of(uint32_t node) const {
    return nodes_.asks() ? asked_[node] : nodes_.token(node);
  }
  void hang_rows();
  void refuse_forgotten(StreamRead& stream);
  void set_aside(StreamRead& stream, uint32_t index, const record::Batch& batch,
                 const std::vector<record::Column>& columns, uint32_t row, const std::string& file,
                 const std::string& field, const std::string& why);
  SeenAgain* can_be_seen_again(StreamRead& stream) const;
  void drop_doubles();

  const settings::Source& source_;
  const map::Mapping& mapping_;
  keys::KeyRing& keys_;
  NodeTable& nodes_;
  FileNames& files_;
  uint32_t run_;
  RowRuns kept_;
  const std::vector<Layout>* published_layouts_ = nullptr;
  record::Arena scratch_{1 << 20};
  struct Chosen {
    uint32_t row = 0;
    uint32_t node = 0;
  };
  std::vector<Chosen> chosen_;    ///< rows of a batch that will be kept
  std::vector<uint64_t> tokens_;  ///< of their subjects
  std::vector<uint32_t> found_;   ///< nodes of the tokens
  /// Tokens of subjects that are looked up in the store once all is read; until then the place here
  /// is the node of a row.
  std::vector<uint64_t> asked_;
  std::unordered_set<uint64_t> forgotten_;  ///< subjects a person wanted forgotten: nothing is kept
  Mends mends_;
  std::vector<StreamRead> streams_;
  std::vector<RowRef> rows_;
  std::vector<uint32_t> removed_;
  std::vector<Aside> asides_;
};

/// The rows as columns (text), for the mapping. Views into the rows' memory.
std::vector<record::Column> decode(const std::vector<const RowRef*>& rows, std::size_t columns,
                                   record::Arena& arena);

}  // namespace homeroom::flow
