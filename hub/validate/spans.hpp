// Collisions between the rows of one student: the same row twice, spans that overlap, gaps between
// them.
#pragma once

#include <vector>

#include "hub/validate/pack.hpp"
#include "hub/validate/views.hpp"

namespace homeroom::validate {

struct Collision {
  uint32_t at;      ///< index into the part
  uint32_t beside;  ///< row number of the other row
};

/// Rows of `part` (in the rule's order) that collide with an earlier row of the same student. Rows
/// for which `is_meant` is 0 are passed over. A span without an end lasts for ever; one without a
/// start is passed over.
std::vector<Collision> collisions(const Rule& rule, const GivenRows& given, const Part& part,
                                  const std::vector<uint8_t>& is_meant);

}  // namespace homeroom::validate
