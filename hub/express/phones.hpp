// Phones: telephone numbers in E.164. The only door to libphonenumber.
#pragma once

#include <string>
#include <string_view>

namespace homeroom::express {

/// A region of ISO 3166 whose numbering plan is known: 'US'.
bool is_phone_region(const std::string& region);

struct Phone {
  std::string number;     ///< E.164: '+16145550142'
  std::string extension;  ///< digits, or empty
};
/// False when the text is no valid number, in the region's own way of writing or with + and
/// country.
bool read_phone(std::string_view text, const std::string& region, Phone& out);

}  // namespace homeroom::express
