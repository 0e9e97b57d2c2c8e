// RowRules: the fatal rules of packs that need nothing but one row, on the rows of a block as the
// mapping made them. Their records are set aside before anything is made of them; all other rules
// look at what was united.
#pragma once

#include <string>
#include <vector>

#include "hub/validate/pack.hpp"
#include "hub/validate/validate.hpp"

namespace homeroom::validate {

/// Whether a rule is fatal and looks at the fields of one row and at nothing else.
bool sets_records_aside(const Rule& rule);

class RowRules {
 public:
  RowRules(const std::vector<Pack>& packs, std::string source);

  /// Adds what is found in the rows of one entity.
  void check(const map::EntityRows& rows, std::vector<RowFinding>& found);

 private:
  struct Of {
    const Pack::Plan* plan = nullptr;
    const Rule* rule = nullptr;
  };
  std::vector<uint8_t> holds(const std::optional<Condition>& condition,
                             const map::EntityRows& rows);

  std::string source_;
  std::vector<Of> rules_;
  record::Arena arena_;
};

}  // namespace homeroom::validate
