// validate: what the model itself demands of canonical rows: required fields, lengths, option sets,
// plausible dates, spans that end after they start, references, duplicate keys. Findings only; the
// caller sets aside the rows whose finding is fatal.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

#include "hub/map/map.hpp"
#include "hub/record/finding.hpp"
#include "hub/record/model.hpp"

namespace homeroom::validate {

struct RowFinding {
  uint32_t row = 0;  ///< of the entity rows given
  record::FieldId field = 0;
  record::Severity severity = record::Severity::warning;
  std::string rule;  ///< "option", "length", "date-range", "span", "reference", "duplicate"
  std::string says;
};

class Validator {
 public:
  explicit Validator(const record::Model& model, int32_t run_date);
  /// The keys a reference may name, by entity; filled from the source's reference rows before use.
  void know(record::EntityId entity, std::string_view key);
  /// Checks the rows of one entity of one block.
  std::vector<RowFinding> check(const map::EntityRows& rows) const;

 private:
  const record::Model& model_;
  int32_t run_date_;
  std::vector<std::unordered_set<std::string>> known_;
};

}  // namespace homeroom::validate
