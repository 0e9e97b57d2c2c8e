// Any bytes as a name: normalising twice gives what normalising once gives, and nothing breaks.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "hub/resolve/names.hpp"
#include "hub/resolve/spelling.hpp"
#include "hub/resolve/values.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  auto once = homeroom::resolve::normal_name(text);
  if (homeroom::resolve::normal_name(once) != once) std::abort();
  homeroom::resolve::family_parts(homeroom::resolve::without_suffix(once));
  homeroom::resolve::normal_telephone(text);
  homeroom::resolve::normal_postal(text);
  homeroom::resolve::AddressParts parts;
  homeroom::resolve::read_address(text, parts);
  homeroom::resolve::edits(text.substr(0, size / 2), text.substr(size / 2));
  return 0;
}
