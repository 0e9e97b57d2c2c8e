// Lookups: what joins find rows in, made ready before rows are run in ranges: the targets whole, and their
// rows by the values of the join's columns. Read by any number of threads once it is made.
#pragma once

#include <map>
#include <memory>

#include "hub/map/relation.hpp"

namespace homeroom::map {

class StepRunner;

class Lookups {
 public:
  /// Makes target and index of a join unless they are there.
  void know(const Join& join, StepRunner& steps);
  const Relation& target(const Join& join) const;
  const RowIndex& index(const Join& join) const;

 private:
  using Target = std::pair<bool, uint32_t>;  ///< whether it is a table, its index
  std::map<Target, Relation> targets_;
  std::map<std::pair<Target, std::vector<uint32_t>>, std::unique_ptr<RowIndex>> indexes_;
};

}  // namespace homeroom::map
