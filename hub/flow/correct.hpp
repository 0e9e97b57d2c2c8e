// correct: a person sets a field of one student, above what all sources say, until a day or until
// it is dropped. The next run takes it into the profile.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hub/flow/inspect.hpp"

namespace homeroom::flow {

struct Wanted {
  std::string field;  ///< of the student: "birthDate", "name.first"
  std::string value;  ///< as people write it: a text, YYYY-MM-DD, yes or no, a list with commas
  bool is_nothing = false;  ///< nobody's value holds: the field is to be empty
  std::string until;        ///< YYYY-MM-DD, the last day on which it stands; empty: no end
  std::string why;
  std::string actor;
};

/// The value of a field as canonical JSON. Throws Error(fix_settings) that does not repeat the
/// value.
std::string value_of_text(const record::Model& model, const record::Field& field,
                          const std::string& text);

/// Writes it into store and audit log; takes the place of an earlier one of the same field. Returns
/// its number. Throws Error(fix_settings) for a field, value, day or reason that cannot be,
/// world::Locked while a run holds the store.
uint32_t correct(const Hub& hub, const Student& student, const Wanted& wanted);

/// The next run takes it out of the profile. Throws Error(fix_settings) for a number nobody has.
void drop_correction(const Hub& hub, uint32_t number, const std::string& actor,
                     const std::string& why);

/// One correction, without its value.
struct Told {
  store::Correction correction;  ///< `value` is left empty
  std::string student;           ///< Homeroom's id
};
std::vector<Told> corrections(store::Store& store);

}  // namespace homeroom::flow
