// Which given names people use for each other, in English and Spanish as spoken in US schools.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace homeroom::resolve {

struct Nickname {
  std::string_view formal;  ///< normalised
  std::string_view shorts;  ///< normalised, separated by blanks
};

/// A short name may stand under several formal ones: "alex", "sam".
std::span<const Nickname> nicknames();

/// Short names by formal name: {"robert", {"bob", "rob"}}, normalised.
using Nicknames = std::vector<std::pair<std::string, std::vector<std::string>>>;

/// The same list in this form.
Nicknames usual_nicknames();

}  // namespace homeroom::resolve
