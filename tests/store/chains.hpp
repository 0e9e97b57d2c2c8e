// What is wrong with the chains of a store.
#pragma once

#include <set>
#include <string>

#include "hub/store/store.hpp"

namespace homeroom::store {

/// The first entry that does not fit; empty when all chains are whole.
inline std::string first_break(Store& store) {
  std::set<std::string> known;
  for (const auto& chain : store.chains(known))
    if (!chain.broken.empty()) return chain.broken;
  return "";
}

}  // namespace homeroom::store
