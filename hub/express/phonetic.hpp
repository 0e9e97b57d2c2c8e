// Phonetic: keys that are equal for names that sound alike in English. Made of plain capital
// letters.
#pragma once

#include <string>
#include <string_view>

namespace homeroom::express {

/// A letter and three digits, as the US National Archives write Soundex: H and W do not part two
/// letters of one digit, vowels do. Empty for an empty word.
std::string soundex(std::string_view capitals);

/// NYSIIS, whole: R. L. Taft, "Name Search Techniques" (New York State Identification and
/// Intelligence System, 1970), not cut to six letters. Empty for an empty word.
std::string nysiis(std::string_view capitals);

}  // namespace homeroom::express
