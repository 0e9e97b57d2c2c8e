// StepRunner: the steps of one table over a block.
#pragma once

#include <map>
#include <memory>

#include "hub/map/measure.hpp"
#include "hub/map/relation.hpp"

namespace homeroom::map {

/// Somebody who wants to see the rows that come to each step.
class StepWatch {
 public:
  virtual ~StepWatch() = default;
  virtual void before_step(uint32_t table, uint32_t step, const Relation& relation) = 0;
};

class Lookups;

/// What a run of a block gathers while its steps run.
struct BlockState {
  const Plan& plan;
  const Block& block;
  record::Arena& arena;
  Output& output;
  std::vector<Relation> tables;  ///< those that are made already
  std::vector<uint8_t> is_made;
  StepWatch* watch = nullptr;
  const Slice* slice = nullptr;      ///< only these rows of their stream
  const Lookups* lookups = nullptr;  ///< made before: what joins look rows up in
};

/// Look-up indexes of reference streams, kept from block to block.
struct ReferenceIndexes {
  struct Entry {
    const void* values = nullptr;  ///< of the first joined column: another array, another index
    uint32_t rows = 0;
    std::unique_ptr<RowIndex> index;
  };
  std::map<const Step*, Entry> by_step;
};

/// Gives a source row its fate if it has no stronger one.
void raise(Output& output, uint32_t stream, uint32_t row, Fate fate);

class StepRunner {
 public:
  StepRunner(BlockState& state, ReferenceIndexes& indexes) : state_(state), indexes_(indexes) {}
  /// Makes table `index` and those it needs.
  const Relation& table(uint32_t index);
  Relation run(const Step& step, Relation relation);
  /// What a join finds its rows in.
  Relation target(const Join& join);
  /// All rows of a stream or table.
  Relation all_of(const Origin& origin);

  /// The rows that a group or pivot counts, and what it measures of them.
  struct Measurable {
    Relation rows;
    std::vector<Measured> values;
  };
  Measurable measurable(const Step& step, const Relation& relation);
  /// Sets the groups aside in which a measure, by its index, has too many digits.
  Relation without_too_large(const Step& step, Relation groups,
                             const std::vector<std::vector<uint8_t>>& is_too_large);

 private:
  /// A row that leaves, and why.
  struct Aside {
    uint32_t row = 0;
    std::string says;
    std::string field;
    uint32_t part = none;  ///< of the value that is wrong; none: of the base row
  };

  Relation from(const Table& table);
  Relation rows_of_stream(uint32_t index, const StreamRows& stream);
  Relation run_in_ranges(const Table& table, std::size_t step, std::size_t end,
                         const Relation& relation);
  Relation keep_where(const Step& step, const Relation& relation);
  Relation unnest(const Step& step, const Relation& relation);
  Relation set(const Step& step, const Relation& relation);
  Relation unite(const Step& step, const Relation& relation);
  Relation unpivot(const Step& step, const Relation& relation);
  Relation refuse(const Step& step, const Relation& relation);
  Relation assert_that(const Step& step, const Relation& relation);

  Relation join(const Step& step, const Relation& relation);
  bool asks_for_rows(const Join& join) const;
  Relation looked_up(const Join& join, const Relation& relation, const record::Column& values);
  const RowIndex& index_of(const Step& step, const Relation& target,
                           std::unique_ptr<RowIndex>& own);
  void note_uses(const Join& join, const Relation& relation,
                 const std::vector<const record::Column*>& values);

  Relation distinct(const Step& step, const Relation& relation);
  Relation group(const Step& step, const Relation& relation);
  Folded folded(const Relation& relation, const uint32_t* into, uint32_t groups);
  std::vector<uint32_t> fold(const std::vector<uint32_t>& by, const Relation& relation,
                             uint32_t* into);

  /// Values for all rows. Rows in which something cannot be read and nothing says what then are
  /// remembered: the step ends with again() before it does anything else.
  record::Column evaluate(const Step& step, const Expression& expression, const Relation& relation);
  /// The same of a program that has begun with these rows already.
  record::Column value_of(const Step& step, const Expression& expression, std::string_view field);
  Relation again(const Step& step, const Relation& relation);

  /// Sets the source rows behind some rows aside, with a finding for each.
  void set_aside(const Relation& relation, const std::vector<Aside>& rows,
                 record::Severity severity, std::string_view rule);
  Relation without(const Relation& relation, const std::vector<Aside>& rows);

  BlockState& state_;
  ReferenceIndexes& indexes_;
  std::vector<Aside> unreadable_;
};

}  // namespace homeroom::map
