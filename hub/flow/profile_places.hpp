// ProfilePlaces: from which line of which file a profile's row, or a field of it, came.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "hub/flow/contributions.hpp"
#include "hub/flow/corrections.hpp"
#include "hub/flow/people.hpp"
#include "hub/flow/record_place.hpp"
#include "hub/merge/merge.hpp"
#include "hub/record/finding.hpp"

namespace homeroom::flow {

class ProfilePlaces {
 public:
  /// What profiles are made of; all of it must outlive this.
  struct Parts {
    const Hub& hub;
    store::Store& store;
    const People& people;
    merge::Merger& merger;
    Contributions& contributions;
    const Corrections& corrections;
    const std::vector<std::string>& source_names;
    const std::map<uint32_t, uint32_t>& name_of_source;
  };
  explicit ProfilePlaces(const Parts& parts) : parts_(parts), places_(parts.hub, parts.store) {}

  /// Says file and line of the one source's row that is behind the field of the finding, in the
  /// entity's row of this number, from 0; of any field where none is named. A finding about what
  /// nobody says, or what a person corrected, stays as it is.
  void say(record::Finding& finding, uint32_t person, uint32_t row);

 private:
  struct Behind {
    uint32_t source = 0;  ///< index into the names
    record::FieldId field = 0;
    std::string row_key;  ///< empty: the student's row
  };
  std::optional<Behind> behind(record::EntityId entity, std::optional<record::FieldId> field,
                               uint32_t row);
  void gather(uint32_t person);

  Parts parts_;
  RecordPlaces places_;
  struct Said {
    LinkedRecord record;
    uint32_t source = 0;  ///< index into the names
    std::string rows;
  };
  std::vector<Said> said_;
  std::vector<merge::Contribution> contributions_;
};

}  // namespace homeroom::flow
