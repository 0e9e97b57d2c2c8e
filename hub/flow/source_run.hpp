// SourceRun: one source in one run, from its files to what it now says of each child, and what of
// it is kept. A first load is the case in which nothing was published.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hub/flow/contribute.hpp"
#include "hub/flow/intake.hpp"
#include "hub/flow/key_index.hpp"
#include "hub/flow/live.hpp"
#include "hub/flow/pulse.hpp"
#include "hub/flow/spill.hpp"
#include "hub/flow/standing.hpp"

namespace homeroom::flow {

/// What a source run borrows; all of it outlives the run.
struct SourceContext {
  const settings::Source& source;
  uint32_t number = 0;  ///< of the source in the store
  uint32_t run = 0;
  const record::Model& model;
  store::Store& store;
  keys::KeyRing& keys;
  Pulse& pulse;
  RunMemory& memory;
  std::filesystem::path scratch;  ///< folder on the disk of the store
  std::string digest;             ///< of all that makes contributions: plugin, mapping, model
  std::string feeds_digest;       ///< of what gives cursors
  int32_t run_date = 0;
  const std::vector<validate::Pack>& packs;  ///< whose fatal rules on single rows leave them out
  bool reads_everything = false;             ///< changes from the beginning too
};

class SourceRun {
 public:
  SourceRun(const SourceContext& context, std::unique_ptr<map::Mapping> mapping);
  ~SourceRun();

  /// Extracts what the plan offers.
  void read(extract::SourcePlan plan);
  /// Which stream was not read to its end, and where it stopped; empty if all were.
  std::string unfinished();
  /// Finds what changed and maps it again. Also without read(), for a changed configuration.
  void map();
  /// Stages the nodes awake in this run: those of components in which `is_wanted` holds for a node,
  /// and erases stored ones of the others. A roster wants all.
  void keep(const std::function<bool(uint32_t node)>& is_wanted);

  /// One child that was mapped again.
  struct Subject {
    uint32_t node = 0;
    Spill::Place said;  ///< none: the source does not know the child any more
    bool is_changed = false;
  };
  /// By node.
  std::vector<Subject> subjects();
  /// What the source says of a child, until the next call; in the order of subjects() until it is
  /// held.
  std::string_view contribution(const Subject& subject) { return said_.get(subject.said); }
  /// The same of the child on a node; nothing if it knows none there, or mapped none again.
  std::string_view contribution(uint32_t node);
  /// From here on what the source says is in memory: it is asked for in any order.
  void hold() { said_.hold(); }
  /// The nodes that were mapped again in this run.
  const std::vector<LiveNode>& mapped() const { return live_.nodes(); }
  /// Whether this one was; if not, the store knows what is said of it.
  bool is_mapped(uint32_t node) const { return live_.index_of(node) != UINT32_MAX; }
  /// The node of a record's token (keys::KeyRing::token), once the source was mapped.
  std::optional<uint32_t> node_of(uint64_t token) const;

  /// Per-stream counts with the asides of all kinds, known ones told apart from new ones.
  record::SourceCounts counts();
  const FindingKinds& findings() const { return contributor_->findings(); }
  const std::map<std::string, uint64_t>& refusals() const { return contributor_->refusals(); }
  uint32_t source_number() const { return context_.number; }
  const std::string& source_name() const { return context_.source.name; }
  const map::Mapping& mapping() const { return *mapping_; }
  /// The column, as "source stream.column", of a stream read in full that lost the greatest share
  /// of its values since it was read so before.
  Filled::Loss worst_loss();
  /// Stages quarantine, stream states, layouts, reference rows and the digest, and gives the memory
  /// of rows back; what the source says of each child stays.
  void keep_rest();
  /// What was read, where all of it can be told again without reading; else without a stream.
  Standing standing();

 private:
  void restore(const extract::SourcePlan& plan);
  std::vector<uint32_t> stored(std::span<const uint64_t> tokens);
  uint64_t expected_rows() const;
  std::string place_to_read_on(const extract::StreamPlan& stream) const;
  void doubt_emptiness(StreamRead& stream);
  void miss_columns(StreamRead& stream);
  void settle_references();
  void know_standing_references(bool may_look_up);
  std::vector<RowRef> merged_reference(uint32_t stream, std::unordered_set<uint64_t>& changed);
  bool asks_key_index(uint32_t stream);
  void open_key_indexes();
  void find_moved_records();
  void leave(KeyIndex& index, RowRef row, uint32_t node, std::vector<RowRef>& left);
  void leave_other_nodes(uint32_t stream, KeyIndex& index, std::vector<RowRef>& left);
  void take_unlisted(uint32_t stream, std::vector<RowRef>& left);
  std::string filled_name(const StreamRead& stream) const;
  void keep_state(const StreamRead& stream);
  std::vector<store::QuarantineRow> still_aside();
  const store::QuarantineRow* failed_mend(uint32_t stream, record::SetAside& aside) const;
  void keep_quarantine();
  void keep_node(LiveNode& live);
  void erase_node(const LiveNode& live);
  void keep_references();
  void keep_asides();
  void keep_keys(const LiveNode& live, std::span<const RowRef> now);
  void keep_key_indexes();
  void gather_uses(uint32_t node);

  static constexpr const char* asides_name = "set aside";  ///< nodes, packed
  static constexpr const char* keys_name = "nameable keys";

  SourceContext context_;
  std::unique_ptr<map::Mapping> mapping_;
  uint64_t seed_;
  bool is_first_;
  NodeTable nodes_;
  FileNames files_;
  Intake intake_;
  LiveSet live_;
  validate::Validator validator_;
  Spill said_;  ///< contributions, block by block of the live set
  std::unique_ptr<Contributor> contributor_;
  extract::SourcePlan plan_;
  std::vector<Layout> before_;
  std::vector<store::QuarantineRow> aside_before_;  ///< of this source
  std::map<uint32_t, KeyIndex> key_indexes_;        ///< by stream
  KeyIndex tokens_;                                 ///< of nodes
  std::vector<uint32_t> asides_;                    ///< nodes of which rows are set aside tonight
  bool recomputes_ = false;
  bool are_references_other_ = true;           ///< than they are stored
  bool are_words_kept_ = false;                ///< of what reference rows came to before tonight
  std::vector<uint32_t> standing_references_;  ///< streams that wait for somebody to look them up
  RowMemory completed_;                        ///< reference rows with cells that were not read
  std::vector<std::string> reference_bytes_;   ///< by stream: stored reference rows, kept alive
  store::Node kept_;            ///< the node that is being staged; its memory is used again
  std::vector<uint64_t> uses_;  ///< of that node
};

}  // namespace homeroom::flow
