// Lambda: what stands behind x -> in a function of lists, worked out for the items of all rows at
// once.
#pragma once

#include "hub/express/graph.hpp"
#include "hub/express/kernel.hpp"

namespace homeroom::express {

/// A body over its own columns: 0 is the item, 1 and on are the arguments behind the list of its
/// call.
struct Body : Prepared {
  Graph graph;
  uint32_t root = 0;
  Type type = Type::text;
};

/// The items of the rows that count, one behind another, and what the body gives for each.
struct Applied {
  const Text* items = nullptr;
  const uint32_t* first = nullptr;  ///< by row
  const uint32_t* end = nullptr;    ///< by row
  const uint8_t* valid = nullptr;   ///< by row: there is a list, and no item had a fault
  Column given;                     ///< by item
};

/// Runs the body of a call. Faults of an item become faults of its row.
Applied apply_body(Call& call);

}  // namespace homeroom::express
