// review: the queue of records that are near a student but not sure, side by side for a person to
// look at. Decisions about them: decide.hpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hub/flow/inspect.hpp"
#include "hub/store/rows.hpp"

namespace homeroom::flow {

/// A record that may be a student's.
struct OpenPair {
  uint32_t source = 0;  ///< number in the store
  std::string source_name;
  store::SubjectLink link;  ///< `person` is the candidate
  uint64_t record = 0;      ///< token of the record's node
  std::string student;      ///< Homeroom's id
  bool is_first = false;    ///< the student has no record of this source yet
  bool is_later = false;    ///< somebody put it off

  /// "2-1204-57": source, record and student as the store numbers them. Never another pair's.
  std::string name() const;
};

/// Every open pair of what was published last, the most useful first: those that would bring a
/// student the first record of a source, then the most doubtful; what was put off stands last. A
/// pair that was decided since then is not open any more.
std::vector<OpenPair> open_pairs(const Hub& hub, store::Store& store);

/// What both sides say of one field, as canonical JSON; empty: nothing.
struct Beside {
  std::string field;
  std::string record, student;
  std::string relation;  ///< "the same", "differs: day and month swapped", "only the record"
};
struct SideBySide {
  std::string key;  ///< of the record in its source
  std::vector<Beside> fields;
};
/// The fields by which children are told apart: names, birth date, sex, numbers, home and phone.
SideBySide side_by_side(const Hub& hub, store::Store& store, const OpenPair& pair);

}  // namespace homeroom::flow
