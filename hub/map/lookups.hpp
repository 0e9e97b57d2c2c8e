// Lookups: what joins find rows in, made ready before rows are run in ranges: the targets whole,
// and their rows by the values of the join's columns. Read by any number of threads once it is
// made.
#pragma once

#include <functional>
#include <map>
#include <memory>

#include "hub/map/relation.hpp"

namespace homeroom::map {

class StepRunner;

class Lookups {
 public:
  /// Makes target and index of a join unless they are there.
  void know(const Join& join, StepRunner& steps);
  /// The same with a target that `make` makes; `rows` are all of it, also those that it leaves out.
  void know(const Join& join, const std::function<Relation()>& make, uint64_t rows);
  /// In two steps, so that several threads may make what is looked up in: expect() for every join,
  /// then for each target make() once, on any thread.
  void expect(const Join& join);
  void make(const Origin& target, Relation rows);
  bool has(const Join& join) const;
  const Relation& target(const Join& join) const;
  /// How many rows there are to be found.
  uint64_t rows(const Join& join) const;
  const RowIndex& index(const Join& join) const;

 private:
  void add_index(const Join& join);
  static std::unique_ptr<RowIndex> index_of(const Relation& target,
                                            const std::vector<uint32_t>& columns);

  using Target = std::pair<bool, uint32_t>;  ///< whether it is a table, its index
  std::map<Target, Relation> targets_;
  std::map<Target, uint64_t> rows_;  ///< where the target leaves some out
  std::map<std::pair<Target, std::vector<uint32_t>>, std::unique_ptr<RowIndex>> indexes_;
};

}  // namespace homeroom::map
