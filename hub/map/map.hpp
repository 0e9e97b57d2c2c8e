// map: rows of one source's streams become rows of canonical entities, as a mapping file says.
//
// A mapping is compiled once and run on blocks. A block holds, for each stream, all rows of a set of
// subjects that belong together (see links()), and the reference streams whole; so joins, groups and
// distincts see every row they could need, and a first load, a delta and a test case run the same code.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hub/record/arena.hpp"
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
};

/// What became of one source row in a block; the strongest wins, in this order.
enum class Fate : uint8_t {
  filtered,     ///< a condition left it out, or nothing joined it
  used,         ///< it reached an output row or was looked up
  set_aside,    ///< required field null or unreadable, `else reject`, ambiguous join
  refused,      ///< `refuse`: counted and forgotten
};

/// All rows of one stream in a block. Column order is Reads::columns (absent: values == nullptr).
struct StreamRows {
  uint32_t rows = 0;
  std::vector<record::Column> columns;
  std::vector<uint32_t> lines;   ///< line in the source file, one a row (for findings)
};

/// Reference streams stand in every block of a run with the same columns (same `values` pointers), so
/// a look-up index made for one block serves the others.
struct Block {
  std::vector<StreamRows> streams;  ///< index as in Mapping::reads()
  /// Entities made from reference streams alone come out of this block; the caller asks once a run.
  bool makes_reference_rows = true;
};

/// Canonical rows of one entity. Values are columns in Entity::fields order; a field the mapping
/// does not fill has values == nullptr. They live in the run's arena.
struct EntityRows {
  record::EntityId entity = 0;
  uint32_t rows = 0;
  record::Column key;                    ///< text; parts of a compound key joined by U+001F
  record::Column student;                ///< text: key of the student; values == nullptr for reference entities
  std::vector<record::Column> fields;
  std::vector<uint32_t> from_row;        ///< row of the table's `from` stream it was made from
  uint32_t from_stream = 0;
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
  /// Keys of students one of whose rows was set aside: their last good contribution stays whole.
  std::vector<std::string> waiting;
  /// Look-ups into reference streams: (row of the from stream, hash of stream and key), also misses.
  struct Use {
    uint32_t stream = 0;  ///< of the row
    uint32_t row = 0;
    uint64_t reference = 0;  ///< reference_token(stream, key)
  };
  std::vector<Use> uses;
};

/// A value that ties a row to others: rows with an equal (space, value) must be in one block.
/// The spaces are those of StreamShape::space, and "STREAM.COLUMN" for joins on other columns.
struct Link {
  uint32_t row;
  uint32_t space;  ///< index into Mapping::spaces()
  record::Text value;
};

class Mapping {
 public:
  /// Compiles a mapping file. Mistakes are collected in `remarks`; with an error the result is null.
  /// `overrides` are folders searched for `codes/*.csv` before the file's own folder.
  static std::unique_ptr<Mapping> compile(const std::filesystem::path& file,
                                          const record::Model& model,
                                          const std::vector<StreamShape>& shapes,
                                          const std::map<std::string, std::string>& parameters,
                                          std::vector<Remark>& remarks);
  virtual ~Mapping() = default;

  virtual const std::vector<Reads>& reads() const = 0;
  virtual const std::vector<std::string>& spaces() const = 0;
  /// Text that changes exactly when the meaning does: the file, its code files, the function library.
  virtual const std::string& digest() const = 0;
  /// The stream whose subject column names students: from-stream of the `student` entity, and the
  /// index of its space in spaces(). The student's key counts in that space.
  virtual uint32_t student_space() const = 0;
  /// Applies `nulls` and `nulls_in` in place of the given columns' validity (arena memory).
  /// Must run before links(), and before rows are stored: it is part of the border.
  virtual void apply_nulls(uint32_t stream, std::vector<record::Column>& columns, uint32_t rows,
                           record::Arena& arena) const = 0;
  /// Whether rows of this stream can be tied to subjects other than their own: links() may tell any.
  virtual bool has_links(uint32_t stream) const = 0;
  /// The ties of a batch's rows beyond their own subject column: join keys into other subjects.
  virtual std::vector<Link> links(uint32_t stream, const std::vector<record::Column>& columns,
                                  uint32_t rows, record::Arena& arena) = 0;
  virtual Output run(const Block& block, record::Arena& arena) = 0;

  /// Where a field is made, for explain: file, line and the expression's text.
  struct FieldSource {
    settings::Place place;
    std::string expression;
  };
  virtual const FieldSource* source_of(record::EntityId entity, record::FieldId field) const = 0;
};

uint64_t reference_token(std::string_view stream, std::string_view key);

/// One case of a mapping file and how it went; `differences` is empty when it passed.
struct CaseResult {
  std::string name;
  settings::Place place;
  std::vector<std::string> differences;
};
/// Runs the cases at the end of a mapping file.
std::vector<CaseResult> run_cases(const std::filesystem::path& file, const record::Model& model);

/// Static remarks on a mapping file beyond what compile() refuses.
std::vector<Remark> lint(const std::filesystem::path& file, const record::Model& model);

/// Parameters a mapping is compiled with where no run gives any: `run_date`, and `school_year` (the
/// calendar year in which it ends; a school year begins in July) of that day.
std::map<std::string, std::string> parameters_on(const std::string& run_date);

/// What became of the rows; rows_in = mapped + filtered + rejected.
struct FileCounts {
  uint64_t rows_in = 0;
  uint64_t mapped = 0;    ///< reached an output row, or were looked up for one
  uint64_t filtered = 0;  ///< left out by a condition, or refused
  uint64_t rejected = 0;  ///< set aside
  uint64_t rows_out = 0;
};

/// Maps files (CSV, or NDJSON by the ending .ndjson or .jsonl) by stream and writes
/// `out`/ENTITY.ndjson for each entity of the mapping. Everything is held in memory.
/// Throws fix_settings for a mapping that does not compile, a stream it does not read, a stream or a
/// column it needs and does not get; not_readable for a broken file.
FileCounts map_files(const std::filesystem::path& mapping, const std::multimap<std::string, std::filesystem::path>& inputs,
                     const std::filesystem::path& out, const record::Model& model,
                     const std::map<std::string, std::string>& parameters);

}  // namespace homeroom::map
