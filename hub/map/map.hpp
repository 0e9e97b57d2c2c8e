// map: rows of one source's streams become rows of canonical entities, as a mapping file says.
//
// A mapping is compiled once and run on blocks. A block holds, for each stream, all rows of a set
// of subjects that belong together (see links()), and the reference streams whole; so joins, groups
// and distincts see every row they could need, and a first load, a delta and a test case run the
// same code.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
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
#include "hub/record/scratch.hpp"

namespace homeroom::map {

/// Of hash(text) where no district's key is at hand: for cases, lint and single files. Lives for
/// ever.
const express::Hasher& fixed_hasher();

/// Streams that stand whole while slices run, with what slices look up in them made ready. Any
/// number of mappings compiled from one file may read it at once. It outlives none of them.
struct Standing;

class Mapping {
 public:
  /// Compiles a mapping file. Mistakes are collected in `remarks`; with an error the result is
  /// null. `hasher` outlives the mapping. `shelf` says where the files it names (codes, pieces) are
  /// looked for.
  static std::unique_ptr<Mapping> compile(const std::filesystem::path& file,
                                          const record::Model& model,
                                          const std::vector<StreamShape>& shapes,
                                          const std::map<std::string, std::string>& parameters,
                                          std::vector<Remark>& remarks,
                                          const express::Hasher& hasher = fixed_hasher(),
                                          const Shelf& shelf = {});
  virtual ~Mapping() = default;

  virtual const std::vector<Reads>& reads() const = 0;
  virtual const std::vector<std::string>& spaces() const = 0;
  /// Text that changes exactly when the meaning does: the file, its code files, the function
  /// library.
  virtual const std::string& digest() const = 0;
  /// The stream whose subject column names students: from-stream of the `student` entity, and the
  /// index of its space in spaces(). The student's key counts in that space.
  virtual uint32_t student_space() const = 0;
  /// Applies `nulls` and `nulls_in` in place of the given columns' validity (arena memory).
  /// Must run before links(), and before rows are stored: it is part of the border.
  virtual void apply_nulls(uint32_t stream, std::vector<record::Column>& columns, uint32_t rows,
                           record::Arena& arena) const = 0;
  /// Whether rows of this stream can be tied to subjects other than their own: links() may tell
  /// any.
  virtual bool has_links(uint32_t stream) const = 0;
  /// The ties of a batch's rows beyond their own subject column: join keys into other subjects.
  virtual std::vector<Link> links(uint32_t stream, const std::vector<record::Column>& columns,
                                  uint32_t rows, record::Arena& arena) = 0;
  virtual Output run(const Block& block, record::Arena& arena) = 0;
  /// Whether rows about children need nothing of this reference stream but the rows whose key, of
  /// one column, they name: then it need not stand whole in a block (Block::references).
  virtual bool looks_up(uint32_t stream) const = 0;

  /// The steps of all tables, table by table; the order of Output::step_rows.
  virtual const std::vector<StepInfo>& steps() const = 0;
  /// The same rows without a block of all of them: stand(), any number of run_slice(), settle().
  virtual const Slicing& slicing() const = 0;
  /// `block` holds the streams that stand, the others without rows; its columns outlive the answer.
  /// `helpers` are mappings compiled from the same file, for a thread each beside this one; what
  /// comes out does not depend on them. Throws record::ArenaIsFull where the tables take more than
  /// `most_bytes`; 0 is no bound.
  virtual std::shared_ptr<Standing> stand(Block block, std::size_t most_bytes = 0,
                                          const std::vector<Mapping*>& helpers = {}) = 0;
  /// The tables whose rows are to be sliced as those of streams are.
  virtual std::vector<MadeTable> made(const Standing& standing) const = 0;
  /// Makes the entities of a slice; they live in `arena`. `output` is that of this thread's last
  /// slice or a new one: fates of streams that stand add up in it, all else is made anew.
  virtual void run_slice(const Standing& standing, const Slice& slice, record::Arena& arena,
                         Output& output) = 0;
  /// What became of all rows of the streams that stand, from all slices' outputs.
  virtual const Output& settle(Standing& standing, const std::vector<const Output*>& slices) = 0;

  /// The same where what stands does not fit into memory: put_aside() for all rows of the streams
  /// that stand, make_far(), slices of drivers in their order, settle_far(). `scratch` outlives the
  /// answer. What comes out is the same; findings about rows that were put aside and their lineage
  /// do not.
  virtual std::shared_ptr<Standing> stand_far(record::Scratch& scratch) = 0;
  /// Any thread, but of each stream one at a time; after apply_nulls(). It keeps nothing of `rows`.
  virtual void put_aside(Standing& standing, uint32_t stream, const StreamRows& rows) const = 0;
  /// Throws fix_settings where rows of one key alone need more than the budget.
  virtual void make_far(Standing& standing) = 0;
  /// Whether slices of a stream that does not stand are run as they are read. Else it is put aside
  /// too, for what it looks up is not in memory either.
  virtual bool passes(const Standing& standing, uint32_t stream) const = 0;
  /// The next slice of a driver that does not pass; false at its end.
  virtual bool next_slice(Standing& standing, uint32_t driver, uint32_t most_rows,
                          std::vector<FarSlice>& slice) = 0;
  /// Takes what slices say of rows that were put aside. One thread at a time.
  virtual void take_fates(Standing& standing,
                          std::vector<std::pair<SourceRow, Fate>>& fates) const = 0;
  /// How many rows of each stream that was put aside had each fate, by Fate.
  virtual std::vector<std::array<uint64_t, 4>> settle_far(Standing& standing) = 0;

  /// Where a field is made; nullptr when the mapping does not make it.
  virtual const FieldSource* source_of(record::EntityId entity, record::FieldId field) const = 0;
  /// Whether an expression calls hash(text), so that what comes out depends on the hasher.
  virtual bool has_hashes() const = 0;
};

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
  bool has_hashes = false;               ///< made with the fixed hasher, so no run makes the same
};
/// Runs the cases at the end of a mapping file.
std::vector<CaseResult> run_cases(const std::filesystem::path& file, const record::Model& model,
                                  const Shelf& shelf = {});

/// Remarks on a mapping file: what compile() refuses, and what compiles and is likely not meant.
/// `seen` are the streams of its source where they are known: then columns that are not there and
/// steps over the rows of all students are told too.
std::vector<Remark> lint(const std::filesystem::path& file, const record::Model& model,
                         const std::vector<SeenStream>& seen = {}, const Shelf& shelf = {});
/// What a survey of rows adds to that: codes of the source that have no row.
std::vector<Remark> lint_of(const Coverage& coverage);

/// Parameters a mapping is compiled with where no run gives any: `run_date`, and `school_year` (the
/// calendar year in which it ends; a school year begins in July) of that day.
std::map<std::string, std::string> parameters_on(const std::string& run_date);

}  // namespace homeroom::map
