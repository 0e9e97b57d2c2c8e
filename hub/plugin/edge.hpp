// The small turns between the C contract and C++: texts, codes, errors.
#pragma once

#include <string>
#include <string_view>

#include "homeroom/error.hpp"
#include "homeroom/plugin.h"

namespace homeroom::plugin {

inline hr_text to_c(std::string_view text) {
  return {text.data(), text.size()};
}

inline std::string_view view_of(hr_text text) {
  return text.data ? std::string_view(text.data, text.size) : std::string_view();
}
inline std::string copy_of(hr_text text) {
  return std::string(view_of(text));
}

/// Throws what the code and the error say; does nothing for HR_OK. An unknown code is the plugin's
/// bug.
void throw_if(int32_t code, hr_error& error);

}  // namespace homeroom::plugin
