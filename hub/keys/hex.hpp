// Bytes as small hex letters and back.
#pragma once

#include <string>
#include <string_view>

namespace homeroom::keys {

std::string to_hex(std::string_view bytes);
/// Empty when the text is no whole number of hex bytes.
std::string from_hex(std::string_view text);

}  // namespace homeroom::keys
