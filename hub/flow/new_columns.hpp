// New columns: what a source offers beside what the mapping reads, and did not offer before. It is
// told once; perhaps somebody waits for it.
#pragma once

#include <string>

#include "hub/extract/extract.hpp"
#include "hub/store/store.hpp"

namespace homeroom::flow {

/// Adds a remark to the plan for each stream that has new ones, and notes them as told. Of a source
/// that is heard for the first time none is new. Staged.
void tell_new_columns(store::Store& store, const std::string& source, extract::SourcePlan& plan);

}  // namespace homeroom::flow
