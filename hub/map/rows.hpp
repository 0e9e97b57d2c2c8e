// Rows on their way through a mapping: what it reads, what it is given, what comes out of it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hub/record/column.hpp"
#include "hub/record/finding.hpp"
#include "hub/record/model.hpp"
#include "hub/settings/node.hpp"

namespace homeroom::map {

/// A stream of `reads`: the border. Only these columns enter.
struct Reads {
  std::string stream;
  bool is_optional = false;  ///< the whole stream may be missing
  struct Column {
    std::string name;
    bool is_optional = false;
    bool is_hashed = false;  ///< only a keyed hash of the value is kept
  };
  std::vector<Column> columns;
};

/// What the hub knows of a stream from its plugin or the workspace. A mapping compiled for a test
/// or lint may know nothing: then keys are unknown and every stream counts as one subject's.
struct StreamShape {
  std::string stream;
  std::vector<std::string> key;
  std::string subject;  ///< column; empty for reference streams
  std::string space;    ///< what the subject column counts in
  bool is_reference = false;
};

enum class StepClass : uint8_t { row_local, subject_local, reference, global };

/// One remark of the linter, with its place in the file.
struct Remark {
  bool is_error = false;
  settings::Place place;
  std::string says;
  enum class Kind : uint8_t {
    doubt,  ///< likely not meant; to be mended, or said
    cost,   ///< meant, and dear
    note,   ///< worth knowing
  };
  Kind kind = Kind::doubt;
};

/// What became of one source row in a block; the strongest wins, in this order.
enum class Fate : uint8_t {
  filtered,   ///< a condition left it out, or nothing joined it
  used,       ///< it reached an output row or was looked up
  set_aside,  ///< required field null or unreadable, `else reject`, ambiguous join
  refused,    ///< `refuse`: counted and forgotten
};

/// All rows of one stream in a block. Column order is Reads::columns (absent: values == nullptr).
struct StreamRows {
  uint32_t rows = 0;
  std::vector<record::Column> columns;
  std::vector<uint32_t> lines;  ///< line in the source file, one a row (for findings)
};

/// Rows of reference streams that are found where they are kept, as they are asked for.
class ReferenceRows {
 public:
  virtual ~ReferenceRows() = default;
  /// Rows of the stream, those with one of these keys among them. Rows that were there keep their
  /// numbers and, like all columns that were given out, stay where they are.
  virtual const StreamRows& with(uint32_t stream, const std::vector<std::string_view>& keys) = 0;
};

/// Reference streams stand in every block of a run with the same columns (same `values` pointers),
/// so a look-up index made for one block serves the others.
struct Block {
  std::vector<StreamRows> streams;  ///< index as in Mapping::reads()
  /// Entities made from reference streams alone come out of this block; the caller asks once a run.
  bool makes_reference_rows = true;
  /// Set: of reference streams with Mapping::looks_up() rows are asked for here, and `streams` has
  /// none.
  ReferenceRows* references = nullptr;
};

/// A row of a stream in the block.
struct SourceRow {
  uint32_t stream = 0;
  uint32_t row = 0;
  friend auto operator<=>(const SourceRow&, const SourceRow&) = default;
};

/// One stream row for each row of a relation; `no_row` where nothing was joined.
struct Part {
  uint32_t stream = 0;
  const uint32_t* rows = nullptr;
};
inline constexpr uint32_t no_row = UINT32_MAX;

struct Gathered;

/// Rows that a group or distinct folded into those of a relation.
struct Folded {
  std::shared_ptr<const Gathered> from;
  bool is_base = true;  ///< rows of the table's own base, not of something joined
  const uint32_t* group_of =
      nullptr;  ///< by row of the relation: the group it stands for, or no_row
};

/// What was there before a fold: its rows with the group each went into.
struct Gathered {
  std::vector<Part> parts;
  std::vector<Folded> folded;  ///< by an earlier fold
  uint32_t rows = 0;
  uint32_t groups = 0;
  const uint32_t* into = nullptr;
  /// Not in memory: its groups are told as rows of a stream of this number, behind all that are
  /// read.
  uint32_t far_stream = no_row;
  bool is_far() const { return far_stream != no_row; }
};

/// The part that a row's record came from: the first that is there. After a union it differs by
/// row.
inline uint32_t base_of(const std::vector<Part>& parts, uint32_t row) {
  for (uint32_t part = 0; part < parts.size(); ++part)
    if (parts[part].rows[row] != no_row) return part;
  return 0;
}

/// Calls `take` for every base row behind some rows: theirs and those folded into them, each with
/// the place of its row in `rows`.
void each_base(const std::vector<Part>& parts, const std::vector<Folded>& folded,
               const std::vector<uint32_t>& rows,
               const std::function<void(std::size_t, SourceRow)>& take);

/// The stream rows behind the rows of an entity. It points at what the steps made anyway, so it
/// costs four bytes a row (none where every row of the table came out) and lives as long as the
/// run's arena.
struct Lineage {
  std::vector<Part> parts;
  std::vector<Folded> folded;
  const uint32_t* at = nullptr;  ///< row of the table by row of the entity; nullptr: the same

  /// Every stream row that row `row` of the entity was made from, each once: the base row, the
  /// joined and looked-up ones in the order of the steps, then those that a group or distinct
  /// folded into it. Reads all folded rows: for a few rows that somebody asks about.
  std::vector<SourceRow> of(uint32_t row) const;
};

/// How a mapping runs over files without all of their rows at hand. Entities are made from slices
/// of a driver: of a stream, or of a table that is made whole because rows are grouped in it or
/// looked up.
struct Slicing {
  std::vector<uint8_t> stands;  ///< by stream: all its rows must be there before any slice is run
  std::vector<uint8_t> is_sliced;  ///< by stream: entities are made from its slices
};

/// Rows of a table that is not in memory, as bytes.
struct FarSlice {
  uint32_t table = 0;
  uint32_t rows = 0;
  std::string bytes;
};

/// Rows of a driver in their order: a batch of a stream that passes, a range of what stands, or one
/// of what stands on the disk.
struct Slice {
  uint32_t driver = 0;             ///< a stream, or one of Mapping::made()
  const StreamRows* of = nullptr;  ///< of a stream: its rows
  uint32_t first = 0;
  uint32_t rows = 0;
  const std::vector<FarSlice>* far = nullptr;
};

/// A driver that is a table, and its rows.
struct MadeTable {
  uint32_t driver = 0;
  uint32_t rows = 0;
};

/// Canonical rows of one entity. Values are columns in Entity::fields order; a field the mapping
/// does not fill has values == nullptr. They live in the run's arena.
struct EntityRows {
  record::EntityId entity = 0;
  uint32_t rows = 0;
  record::Column key;      ///< text; parts of a compound key joined by U+001F
  record::Column student;  ///< text: key of the student; values == nullptr for reference entities
  std::vector<record::Column> fields;
  std::vector<uint32_t> from_row;  ///< row of the table's `from` stream it was made from
  uint32_t from_stream = 0;
  Lineage lineage;  ///< every row behind each row, not only its base
  /// Fields that could not be read and stay as they were: (row, field), sorted by row.
  std::vector<std::pair<uint32_t, record::FieldId>> kept;
};

struct MapFinding {
  uint32_t stream = 0;
  uint32_t row = 0;  ///< of that stream in the block
  record::EntityId entity = 0;
  std::string field;
  std::string says;
  bool is_set_aside = false;  ///< else the value is kept or null and the row goes on
  record::Severity severity = record::Severity::warning;
  std::string_view rule = "unreadable";  ///< static: "unreadable", "required", "match", "assert"
};

/// One step of a table, for those who tell what a run did. `from` counts as the first of its table.
struct StepInfo {
  std::string table;
  std::string step;  ///< "join"
  settings::Place place;
  StepClass cost = StepClass::row_local;
};

struct Output {
  std::vector<EntityRows> entities;
  std::vector<std::vector<Fate>> fates;  ///< one a stream, one a row
  std::vector<MapFinding> findings;
  /// Refusals by rule, with what the mapping says about them.
  struct Refusal {
    uint32_t stream = 0;
    std::string why;
    uint64_t count = 0;
  };
  std::vector<Refusal> refusals;
  /// Rows that came out of each step, in the order of Mapping::steps(); 0 for a table nothing
  /// needed.
  std::vector<uint64_t> step_rows;
  /// Keys of students one of whose rows was set aside: their last good contribution stays whole.
  std::vector<std::string> waiting;
  /// Look-ups into reference streams: (row of the from stream, hash of stream and key), also
  /// misses.
  struct Use {
    uint32_t stream = 0;  ///< of the row
    uint32_t row = 0;
    uint64_t reference = 0;  ///< reference_token(stream, key)
  };
  std::vector<Use> uses;
  /// Of a slice: the groups of folds made before that an output row came from.
  std::map<std::shared_ptr<const Gathered>, std::vector<uint8_t>> used_groups;
  /// Of a slice: fates of rows that stand on the disk.
  std::vector<std::pair<SourceRow, Fate>> far_fates;
};

/// A value that ties a row to others: rows with an equal (space, value) must be in one block.
/// The spaces are those of StreamShape::space, and "STREAM.COLUMN" for joins on other columns.
struct Link {
  uint32_t row;
  uint32_t space;  ///< index into Mapping::spaces()
  record::Text value;
};

/// Where a field is made, for explain: file, line and the expression's text.
struct FieldSource {
  enum class Kind : uint8_t { column, expression, literal, code, flags };
  Kind kind = Kind::expression;
  settings::Place place;
  std::string expression;
  std::vector<std::string> columns;  ///< what it reads, as the source calls it
};

/// Names a key of a reference stream in Output::Use.
uint64_t reference_token(std::string_view stream, std::string_view key);

}  // namespace homeroom::map
