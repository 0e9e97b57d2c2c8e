// What a finding on a value does to the trust in it.
#pragma once

#include <cstdint>

namespace homeroom::merge {

/// A value that the model does not admit is wrong; one that was not readable tonight and stayed as
/// it was (the rule "unreadable") is only old. A value that another source says without a finding
/// has none.
enum class Findings : uint8_t {
  lower,    ///< a wrong value stands last; an old one behind those of sources trusted alike
  last,     ///< both stand last, where nobody says a value without a finding
  ignored,  ///< a value with a finding competes like any other
};

}  // namespace homeroom::merge
