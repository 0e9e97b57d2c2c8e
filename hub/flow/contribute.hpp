// Contributor: runs the mapping over the blocks of a live set and turns its rows into
// contributions, what the source says of each child as packed canonical rows sorted by (entity,
// key). They go into a spill in the order in which they are made. Each source row that was read is
// counted here by what became of it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "hub/flow/finding_kinds.hpp"
#include "hub/flow/intake.hpp"
#include "hub/flow/live.hpp"
#include "hub/flow/names.hpp"
#include "hub/flow/reference_columns.hpp"
#include "hub/flow/reference_words.hpp"
#include "hub/flow/spill.hpp"
#include "hub/record/arena.hpp"
#include "hub/record/finding.hpp"
#include "hub/validate/validate.hpp"

namespace homeroom::flow {

/// A source row set aside by the mapping or a fatal rule.
struct RowAside {
  uint32_t stream = 0;
  record::SetAside what;
};

class Contributor : private map::ReferenceRows {
 public:
  Contributor(const record::Model& model, map::Mapping& mapping, keys::KeyRing& keys,
              const NodeTable& nodes, const FileNames& files, Intake& intake, LiveSet& live,
              validate::Validator& validator, Spill& said, const std::string& source);

  /// Gives the rows of a reference stream; before run().
  void know(uint32_t stream, std::vector<RowRef> rows);
  /// They are looked up in these pages instead; they must stand.
  void look_up_in(uint32_t stream, ReferencePages pages);
  /// They are as they were when this was made of them: only rows of children are mapped. `keys` are
  /// asked for when there are any.
  void let_references_stand(ReferenceWords words, std::function<NameableKeys()> keys);
  /// Maps every block. Contributions are then in the live nodes; refused rows are gone from them.
  void run(Pulse& pulse);
  /// Canonical rows made from reference streams alone (organizations, terms, courses ...), and what
  /// the next night must know to let them stand.
  const std::string& reference_rows() const { return reference_rows_; }
  const ReferenceWords& reference_words() const { return words_; }
  NameableKeys nameable_keys() const;

  std::vector<RowAside>& asides() { return asides_; }
  const FindingKinds& findings() const { return findings_; }
  const std::map<std::string, uint64_t>& refusals() const { return refusals_; }
  /// Reference tokens looked up, by node, sorted.
  const std::vector<std::pair<uint32_t, uint64_t>>& uses() const { return uses_; }
  /// The rows of a reference stream that know() was told.
  const std::vector<RowRef>& references(uint32_t stream) const {
    return references_[stream].rows();
  }
  /// Their bytes are about to go.
  void forget_rows();

 private:
  struct OutRow {
    uint32_t node = 0;
    record::EntityId entity{};
    uint32_t table = 0;  ///< index into Output::entities
    uint32_t row = 0;
    std::string_view key;
  };

  const map::StreamRows& with(uint32_t stream, const std::vector<std::string_view>& keys) override;
  void run_block(const std::vector<uint32_t>& indexes, bool makes_reference_rows);
  void count(const map::Output& output);
  void count_reference(uint32_t stream);
  void note(const map::Output& output);
  void note_uses(const map::Output& output);
  void check(map::Output& output);
  void obey(const std::vector<validate::RowFinding>& found, std::size_t index, map::Output& output);
  void leave_wholly(const map::Output& output);
  record::Finding finding_at(uint32_t stream, const RowRef& ref) const;
  void set_aside(uint32_t stream, RowRef& ref, const std::string& field, const std::string& why);
  std::vector<OutRow> rows_of_children(const map::Output& output) const;
  std::string_view last_good(const LiveNode& live) const;
  void contribute(const map::Output& output);
  void keep_last_of_waiting();
  void write(std::span<const OutRow> rows, const map::Output& output, LiveNode& live);
  void note_doubts(const OutRow& out, const map::EntityRows& table);
  void write_row_of(record::RowWriter& writer, const OutRow& out, const map::EntityRows& table,
                    std::string_view before);
  void keep_waiting(const map::Output& output);
  bool is_reference(const map::EntityRows& table) const;
  void know_references(const map::Output& output);
  void know_fields(const map::Output& output);
  void take_reference_rows(const map::Output& output);
  void count_standing();
  void drop_refused(const std::vector<uint32_t>& indexes);
  uint32_t node_of(std::string_view student) const;
  RowRef& row_ref(uint32_t stream, uint32_t row);

  const record::Model& model_;
  map::Mapping& mapping_;
  keys::KeyRing& keys_;
  const NodeTable& nodes_;
  const FileNames& files_;
  Intake& intake_;
  LiveSet& live_;
  validate::Validator& validator_;
  Spill& all_said_;
  const std::string& source_;
  uint32_t student_space_ = 0;
  record::EntityId student_entity_ = 0;

  std::vector<ReferenceColumns> references_;      ///< by stream; empty for subject streams
  std::vector<std::vector<RowRef*>> block_rows_;  ///< by stream
  record::Arena scratch_{4 << 20};
  record::Arena kept_{1 << 20};  ///< the columns of reference streams
  std::string packed_;
  std::vector<std::vector<validate::RowFinding>> found_;  ///< by table of the block
  std::vector<std::vector<uint8_t>> is_rejected_;         ///< by table, by row
  std::vector<std::vector<record::FieldId>> said_;        ///< by table: the fields it has values of
  std::vector<std::pair<record::FieldId, std::string_view>> doubted_;  ///< of one row: field, rule
  std::string doubts_;  ///< rows of record::doubt_entity
  std::string doubt_key_;
  std::string reference_rows_;
  ReferenceWords words_;
  std::function<NameableKeys()> standing_keys_;  ///< set: the reference rows stand
  std::vector<RowAside> asides_;
  FindingKinds findings_;
  std::map<std::string, uint64_t> refusals_;
  std::vector<std::pair<uint32_t, uint64_t>> uses_;
  std::unordered_set<uint32_t> waiting_;
};

}  // namespace homeroom::flow
