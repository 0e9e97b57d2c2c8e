// Languages of family names: errors of linking fall unevenly on them, so every score looks at each.
#pragma once

#include <string>

namespace homeroom::resolve {

/// Where a family name is at home, by frequent names of the languages spoken in schools; where none
/// of them says it, whether it is one name or several.
std::string language_of(const std::string& family);

}  // namespace homeroom::resolve
