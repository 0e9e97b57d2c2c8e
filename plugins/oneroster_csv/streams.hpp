// The files a OneRoster package may hold and whose records they are.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "homeroom/stream.hpp"
#include "plugins/oneroster_csv/manifest_file.hpp"

namespace homeroom::oneroster_csv {

struct Shape {
  std::string name;     ///< of stream and file, without .csv
  std::string subject;  ///< column that holds a user's sourcedId; empty: reference
  Version since = Version::v1_1;
};

/// All files of OneRoster 1.2, 2.3 and 2.4 of its CSV binding; 1.1 has fewer.
std::span<const Shape> streams();
const Shape* find_stream(std::string_view name);

}  // namespace homeroom::oneroster_csv
