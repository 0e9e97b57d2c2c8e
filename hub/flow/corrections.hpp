// Corrections: what people set for fields of students, as a run takes it into the profiles: a
// correction that waits, ended or was dropped has its student merged again.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hub/record/model.hpp"
#include "hub/store/rows.hpp"

namespace homeroom::store {
class Store;
}

namespace homeroom::flow {

/// The field of the student that a correction is of; nothing when the model does not have it now.
std::optional<record::FieldId> field_of(const record::Model& model,
                                        const store::Correction& correction);

/// What merge calls a contribution: the corrections, which must be of one person, as a student row.
/// Empty if there are none.
std::string row_of(const record::Model& model,
                   const std::vector<const store::Correction*>& corrections);

class Corrections {
 public:
  /// Reads them all: people make few.
  Corrections(const record::Model& model, store::Store& store, int32_t run_date);

  /// Whose profiles may become others by them tonight, ascending.
  std::vector<uint32_t> changing() const;
  /// What stands tonight of one person, as a contribution; empty for nearly everybody.
  std::string_view of(uint32_t person) const;
  /// Stages what became of each: what waited stands, what ended or was dropped is forgotten.
  void keep(store::Store& store) const;

 private:
  struct OfPerson {
    std::string row;
    bool is_due = false;
  };
  bool stands(const store::Correction& correction) const;

  int32_t run_date_;
  std::vector<store::Correction> all_;
  std::map<uint32_t, OfPerson> by_person_;
};

}  // namespace homeroom::flow
