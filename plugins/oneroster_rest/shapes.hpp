// The collections of a OneRoster rostering service and how their records become rows with the
// column names of the CSV binding, so that a mapping serves both.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "homeroom/json_rows.hpp"

namespace homeroom::oneroster_rest {

enum class Version { v1_1, v1_2 };

struct Shape {
  std::string name;        ///< of the stream
  std::string collection;  ///< last part of the address
  std::string subject;     ///< column with a user's sourcedId; empty: nobody's
  std::vector<std::string> key;
  JsonShape rows;
};

/// The shapes of this version; `password` is in none of them.
const std::vector<Shape>& shapes(Version version);

}  // namespace homeroom::oneroster_rest
