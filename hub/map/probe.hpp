// Probe: counts, row by row, what the decisions inside one expression answer.
#pragma once

#include <map>
#include <memory>
#include <set>

#include "hub/map/coverage.hpp"
#include "hub/map/expression_parts.hpp"
#include "hub/map/plan.hpp"

namespace homeroom::map {

/// Whether a list has a row for the code, on whatever day.
bool has_row(const express::CodeTable& table, const std::string& code);

/// Codes that were looked up, by list.
struct CodeCounts {
  std::map<std::string, uint64_t> rows;
  ColumnLook look{""};
  uint64_t unmapped = 0;
  settings::Place unmapped_at;
};
using CodeCountsByList = std::map<std::string, CodeCounts>;

class Probe {
 public:
  /// `columns` are those the expression is written over.
  Probe(const Plan& plan, const std::vector<NamedColumn>& columns, const Expression& expression,
        std::string what);

  void count(const std::vector<record::Column>& columns, uint32_t rows, record::Arena& arena,
             CodeCountsByList& codes);
  const std::vector<ConditionUse>& branches() const { return uses_; }
  uint64_t unseen() const { return unseen_; }

 private:
  using Mask = std::vector<uint8_t>;
  struct Seen {
    Case parts;
    std::vector<std::optional<express::Compiled>> conditions;
    std::size_t first_use = 0;
    std::vector<Mask> taken;  ///< by branch, then otherwise; of the batch
  };
  struct Look {
    CodeCall call;
    express::Compiled value;
  };

  settings::Place place_at(uint32_t at) const;
  Mask around(uint32_t at, uint32_t rows) const;
  void count_case(Seen& seen, uint32_t rows);
  void count_codes(const Look& look, uint32_t rows, CodeCountsByList& codes);

  const Plan& plan_;
  settings::Place place_;
  std::string what_;
  std::shared_ptr<express::Program> program_;
  std::vector<Seen> cases_;
  std::vector<Look> looks_;
  std::vector<ConditionUse> uses_;
  uint64_t unseen_ = 0;
};

}  // namespace homeroom::map
