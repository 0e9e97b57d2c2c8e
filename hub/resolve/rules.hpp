// The passes: which agreements are enough to say "the same child", from the surest to the weakest.
#pragma once

#include <cstdint>
#include <vector>

#include "hub/resolve/sketch.hpp"

namespace homeroom::resolve {

/// Position of a pass in pass_rules(); smaller is surer.
enum class Pass : uint8_t {
  district_number,
  state_id,
  name_birth_home,
  name_birth,
  name_birth_elsewhere,
  nickname_birth,
  slip_birth,
  first_birth_home,
  two_slips_birth_home,
  swapped_names_birth,
  near_birth_home,
  near_birth_rare_name,
  no_birth_home,
  no_birth_postal,
  slip_near_birth_home,
  none,  ///< no pass speaks for it
};

/// What each pass says, in order of Pass.
std::vector<Rule> pass_rules();

/// The surest pass over names, birth date and home that two children who agree like this satisfy.
/// `is_rare_name`: one student of the roster alone bears a name like this.
Pass pass_of(const Agreement& agreement, bool is_rare_name);

/// The children share so much that a person should look, though no pass joins them.
bool is_worth_a_look(const Agreement& agreement, bool is_rare_name);

/// An identifier says they are one child, everything else says they are not.
bool denies_identifier(const Agreement& agreement);

/// The names are the same or stand for each other.
inline bool has_full_name(const Agreement& agreement) {
  return agreement.first >= Name::part && agreement.last >= Name::part;
}

}  // namespace homeroom::resolve
