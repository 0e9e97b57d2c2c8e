// Which columns of a header are wanted, and what to say when one is not there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace homeroom::csv {

/// A wanted column that is there.
struct Wanted {
  std::string name;  ///< as it was asked for
  uint32_t column;   ///< in the header, from 0
};

bool same_name(std::string_view a, std::string_view b, bool any_case);
std::optional<uint32_t> find_column(const std::vector<std::string>& header, std::string_view name,
                                    bool any_case);
/// The wanted columns in the order asked for. One that ends in '?' may be missing; any other
/// missing one throws not_readable with the nearest name of the header.
std::vector<Wanted> choose(const std::vector<std::string>& header,
                           const std::vector<std::string>& asked, bool any_case,
                           const std::string& place);

}  // namespace homeroom::csv
