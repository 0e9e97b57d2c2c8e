// Schools: how many students each school has. Kept from night to night, so that a night on which
// students go tells which school lost most of its students without opening every profile.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "hub/flow/names.hpp"
#include "hub/record/model.hpp"
#include "hub/record/row.hpp"

namespace homeroom::flow {

class Schools {
 public:
  /// `profiles`: as many are published. `roster`: number of the source they are kept with.
  Schools(const record::Model& model, store::Store& store, uint32_t roster, uint64_t profiles);

  // The rows of a profile, as they were or are.
  void came(std::string_view rows);
  void changed(std::string_view before, std::string_view now);
  void left(std::string_view before);

  struct Loss {
    std::string id;
    uint64_t before = 0;
    uint64_t gone = 0;
  };
  /// The school that lost the greatest share of its students tonight. `run`: tonight's, of which
  /// new profiles have their first version.
  Loss worst(uint64_t run);
  /// Stages the counts for the next night.
  void keep();

 private:
  struct School {
    uint64_t now = 0;
    uint64_t came = 0;  ///< tonight, of those
    uint64_t gone = 0;  ///< tonight
  };
  School& school(std::string_view rows) { return schools_[school_of(rows)]; }
  std::string school_of(std::string_view rows) const;
  void count_all(uint64_t run);

  store::Store& store_;
  uint32_t roster_;
  std::optional<record::EntityId> enrollment_;
  std::optional<record::FieldId> school_;
  bool are_known_ = false;  ///< how many there were; not so in a store of an earlier version
  std::map<std::string, School> schools_;
};

}  // namespace homeroom::flow
