// StepRunner: the steps of one table over a block.
#pragma once

#include <map>
#include <memory>

#include "hub/map/relation.hpp"

namespace homeroom::map {

/// Somebody who wants to see the rows that come to each step.
class StepWatch {
 public:
  virtual ~StepWatch() = default;
  virtual void before_step(uint32_t table, uint32_t step, const Relation& relation) = 0;
};

/// What a run of a block gathers while its steps run.
struct BlockState {
  const Plan& plan;
  const Block& block;
  record::Arena& arena;
  Output& output;
  std::vector<Relation> tables;          ///< those that are made already
  std::vector<uint8_t> is_made;
  StepWatch* watch = nullptr;
};

/// Look-up indexes of reference streams, kept from block to block.
struct ReferenceIndexes {
  struct Entry {
    const void* values = nullptr;        ///< of the first joined column: another array, another index
    uint32_t rows = 0;
    std::unique_ptr<RowIndex> index;
  };
  std::map<const Step*, Entry> by_step;
};

void raise(Output& output, uint32_t stream, uint32_t row, Fate fate);

class StepRunner {
 public:
  StepRunner(BlockState& state, ReferenceIndexes& indexes) : state_(state), indexes_(indexes) {}
  /// Makes table `index` and those it needs.
  const Relation& table(uint32_t index);
  Relation run(const Step& step, Relation relation);

 private:
  Relation from(const Table& table);
  Relation keep_where(const Step& step, const Relation& relation);
  Relation join(const Step& step, const Relation& relation);
  Relation unnest(const Step& step, const Relation& relation);
  Relation set(const Step& step, Relation relation);
  Relation distinct(const Step& step, const Relation& relation);
  Relation unite(const Step& step, const Relation& relation);
  Relation group(const Step& step, const Relation& relation);
  Relation refuse(const Step& step, const Relation& relation);
  record::Column evaluate(const Expression& expression, const Relation& relation);
  Relation target(const Join& join);
  void note_uses(const Join& join, const Relation& relation, const std::vector<const record::Column*>& values);
  Folded folded(const Relation& relation, const uint32_t* into, uint32_t groups);
  std::vector<uint32_t> fold(const std::vector<uint32_t>& by, const Relation& relation, uint32_t* into);

  BlockState& state_;
  ReferenceIndexes& indexes_;
};

}  // namespace homeroom::map
