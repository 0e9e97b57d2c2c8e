// Columns of a stream that name rows of another one: joins a person may want.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hub/map/proposal.hpp"

namespace homeroom::map {

/// A column whose name says that it holds keys of another stream.
struct NearKey {
  uint32_t column = 0;
  const SeenStream* other = nullptr;
};

/// Those of `stream` whose values can stand in the key of the other stream.
std::vector<NearKey> near_keys(const SeenStream& stream, const std::vector<SeenStream>& others);

/// Comment lines that say how the rows would be joined.
std::string as_comment(const SeenStream& stream, const std::vector<NearKey>& found);

}  // namespace homeroom::map
