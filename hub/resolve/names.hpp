// Names as people write them, brought to one spelling: letters only, lower case, accents folded,
// parts separated by one blank. Nothing here knows about students; it is text in, text out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace homeroom::resolve {

/// "De La Cruz" and "DE LA CRUZ" become "de la cruz", "O'Brien" "obrien", "Nuñez-Peña" "nunez
/// pena". Digits, marks and signs go; text that is not valid UTF-8 keeps its ASCII letters.
std::string normal_name(std::string_view text);

/// A family name without a generation suffix at its end: "cruz jr" becomes "cruz".
std::string_view without_suffix(std::string_view normal_last);

/// The parts of a normal family name that tell families apart: "de la cruz" has one, "cruz";
/// "garcia lopez" has two. A name of particles alone is one part.
std::vector<std::string_view> family_parts(std::string_view normal_last);

/// "43017-1234" becomes "43017"; letters upper case, nothing else.
std::string normal_postal(std::string_view text);

}  // namespace homeroom::resolve
