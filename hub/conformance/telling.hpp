// Telling: values of the sample's records, which no message may hold.
#pragma once

#include <set>
#include <string>

#include "hub/conformance/bench.hpp"
#include "hub/conformance/rows.hpp"

namespace homeroom::conformance {

/// Values of the sample that stand nowhere else: not in settings, names of columns or streams.
std::set<std::string> telling_values(const Bench& bench, const plugin::StreamInfo& stream,
                                     const Taken& taken);

/// Those of all streams, as far as they can be read.
std::set<std::string> all_telling_values(const Bench& bench);

}  // namespace homeroom::conformance
