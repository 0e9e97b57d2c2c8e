// Languages: two-letter codes of ISO 639-1 and their three-letter codes of ISO 639-2.
#pragma once

#include <string_view>

namespace homeroom::express {

/// The ISO 639-2 code (terminology form: deu, not ger) of a two- or three-letter code in any case,
/// cut at a hyphen or underscore. Empty if it is not known. Lives for ever.
std::string_view language_code(std::string_view code);

}  // namespace homeroom::express
