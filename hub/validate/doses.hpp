// Doses: how many doses of a vaccine count, by age and by the time between them.
#pragma once

#include "hub/validate/pack.hpp"
#include "hub/validate/views.hpp"

namespace homeroom::validate {

struct DoseColumns {
  record::Column doses, first, last;
};

/// Counts for `count` students. `part` holds their rows by date; `is_dose` says which are doses at
/// all; `born` is a column of dates, one a student. A dose on a day that counted already is the
/// same dose told twice; one that comes too early does not count, and the next is measured from the
/// last that did.
DoseColumns count_doses(const Series& series, const Part& part, const record::Column& dates,
                        const std::vector<uint8_t>& is_dose, const record::Column& born,
                        uint32_t count, record::Arena& arena);

}  // namespace homeroom::validate
