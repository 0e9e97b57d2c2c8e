// Which given names people use for each other, in English and Spanish as spoken in US schools.
#pragma once

#include <span>
#include <string_view>

namespace homeroom::resolve {

struct Nickname {
  std::string_view formal;  ///< normalised
  std::string_view shorts;  ///< normalised, separated by blanks
};

/// A short name may stand under several formal ones: "alex", "sam".
std::span<const Nickname> nicknames();

}  // namespace homeroom::resolve
