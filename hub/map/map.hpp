// map: rows of one source's streams become rows of canonical entities, as a mapping file says.
//
// A mapping is compiled once and run on blocks. A block holds, for each stream, all rows of a set of
// subjects that belong together (see links()), and the reference streams whole; so joins, groups and
// distincts see every row they could need, and a first load, a delta and a test case run the same code.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hub/express/express.hpp"
#include "hub/map/coverage.hpp"
#include "hub/map/explain.hpp"
#include "hub/map/proposal.hpp"
#include "hub/map/rows.hpp"
#include "hub/map/shelf.hpp"
#include "hub/record/arena.hpp"

namespace homeroom::map {

/// Of hash(text) where no district's key is at hand: for cases, lint and single files. Lives for ever.
const express::Hasher& fixed_hasher();

class Mapping {
 public:
  /// Compiles a mapping file. Mistakes are collected in `remarks`; with an error the result is null.
  /// `hasher` outlives the mapping. `shelf` says where the files it names (codes, pieces) are looked for.
  static std::unique_ptr<Mapping> compile(const std::filesystem::path& file,
                                          const record::Model& model,
                                          const std::vector<StreamShape>& shapes,
                                          const std::map<std::string, std::string>& parameters,
                                          std::vector<Remark>& remarks,
                                          const express::Hasher& hasher = fixed_hasher(), const Shelf& shelf = {});
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

  /// The steps of all tables, table by table; the order of Output::step_rows.
  virtual const std::vector<StepInfo>& steps() const = 0;
  /// Where a field is made; nullptr when the mapping does not make it.
  virtual const FieldSource* source_of(record::EntityId entity, record::FieldId field) const = 0;
  /// Whether an expression calls hash(text), so that what comes out depends on the hasher.
  virtual bool has_hashes() const = 0;
};

/// Rows made from files, while they are in memory.
struct MappedFiles {
  const Mapping& mapping;
  const Block& block;
  const Output& output;
  /// Of each stream: the first row of each of its files, in order.
  const std::vector<std::vector<std::pair<uint32_t, std::filesystem::path>>>& files;

  /// The file and the line a row of a stream stands in.
  std::pair<std::filesystem::path, uint32_t> place(uint32_t stream, uint32_t row) const;
};

/// Maps files (CSV, or NDJSON by the ending .ndjson or .jsonl) by stream and hands the rows to `use`. Throws
/// as map_files() does.
void with_mapped_files(const std::filesystem::path& mapping,
                       const std::multimap<std::string, std::filesystem::path>& inputs, const record::Model& model,
                       const std::map<std::string, std::string>& parameters,
                       const std::function<void(const MappedFiles&)>& use);

/// A row that a case expects, where a field of it differs: every field the case names, as written.
struct RowDifference {
  struct Field {
    std::string field;
    std::string expected;
    std::string found;
    bool is_same = false;
  };
  settings::Place place;
  std::string row;  ///< "student 9002"
  std::vector<Field> fields;
};

/// One case of a mapping file and how it went; `differences` is empty when it passed.
struct CaseResult {
  std::string name;
  settings::Place place;
  std::vector<std::string> differences;  ///< all of them, each a line that begins with its place
  std::vector<RowDifference> rows;       ///< those in fields of rows, side by side
  std::vector<std::string> others;       ///< those that are in no field
  bool has_hashes = false;  ///< made with the fixed hasher, so no run makes the same
};
/// Runs the cases at the end of a mapping file.
std::vector<CaseResult> run_cases(const std::filesystem::path& file, const record::Model& model,
                                  const Shelf& shelf = {});

/// Remarks on a mapping file: what compile() refuses, and what compiles and is likely not meant. `seen` are the
/// streams of its source where they are known: then columns that are not there and steps over the rows of all
/// students are told too.
std::vector<Remark> lint(const std::filesystem::path& file, const record::Model& model,
                         const std::vector<SeenStream>& seen = {}, const Shelf& shelf = {});
/// What a survey of rows adds to that: codes of the source that have no row.
std::vector<Remark> lint_of(const Coverage& coverage);

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
  bool has_hashes = false;  ///< made with the fixed hasher, so no run makes the same
};

/// Maps files (CSV, or NDJSON by the ending .ndjson or .jsonl) by stream and writes
/// `out`/ENTITY.ndjson for each entity of the mapping. Everything is held in memory.
/// Throws fix_settings for a mapping that does not compile, a stream it does not read, a stream or a
/// column it needs and does not get; not_readable for a broken file.
FileCounts map_files(const std::filesystem::path& mapping, const std::multimap<std::string, std::filesystem::path>& inputs,
                     const std::filesystem::path& out, const record::Model& model,
                     const std::map<std::string, std::string>& parameters);

}  // namespace homeroom::map
