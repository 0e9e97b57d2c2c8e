// resolve: which records of other sources speak of which student, weighed as Fellegi and Sunter
// did. Pure functions over what records say; the same records give the same links whatever their
// order. Precision before recall: joining two children's records is the worse error.
#pragma once

#include <string>
#include <string_view>

#include "hub/resolve/identity.hpp"
#include "hub/resolve/model_file.hpp"
#include "hub/resolve/regroup.hpp"
#include "hub/resolve/roster.hpp"

namespace homeroom::resolve {

/// "p-xxxx-xxxx-xxxx-xxxx" of the first 80 bits of a keyed hash (base 32 without 0, 1, 8, 9
/// look-alikes).
std::string person_id(std::string_view hash);

}  // namespace homeroom::resolve
