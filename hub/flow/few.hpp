// Few: what is looked up one by one. Of more than an eighth all are read in one pass, which costs
// less than asking for so many.
#pragma once

#include <cstddef>

namespace homeroom::flow {

inline bool are_few(std::size_t some, std::size_t all) {
  return some * 8 <= all;
}

}  // namespace homeroom::flow
