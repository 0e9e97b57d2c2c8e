// homeroom/text.hpp - between the contract's texts and the standard library's.
#pragma once

#include <string_view>

#include "homeroom/plugin.h"

namespace homeroom {

/// The contract's text as a view; valid as long as the text is.
inline std::string_view view(hr_text text) {
  return text.data ? std::string_view(text.data, text.size) : std::string_view();
}

/// A view as the contract's text; the other side may use it until the call returns.
inline hr_text text(std::string_view from) {
  return {from.data(), from.size()};
}

}  // namespace homeroom
