// What people are told of models, and of records that cross a threshold when they are learned
// again.
#pragma once

#include <string>

#include "hub/record/record.hpp"

namespace homeroom::cli {

/// A table of versions and drift; empty where nothing was learned.
std::string models_text(const record::Recognition& recognition);
/// How many records cross, from band to band, and the pairs that are told.
std::string crossings_text(const record::Recognition& recognition);
/// A line or two for the report of a run; empty on a night like any other.
std::string training_text(const record::Recognition& recognition);

}  // namespace homeroom::cli
