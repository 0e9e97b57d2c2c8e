// How the weight of a pair of records is told.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "hub/flow/flow.hpp"

namespace homeroom::cli {

/// "+3.2"
std::string with_sign(double number);

/// A line for each thing compared, with the weight of all at the end.
std::string weight_table(const flow::ExplainedPair& pair);

/// The weight of a pair in one sentence, told by the comparison that decides: with strangers or
/// with one home.
std::string sentence(const flow::ExplainedPair& pair);

/// What spoke for it in a few words: "by student number, given name and phone against address
/// (another)".
std::string grounds(const flow::ExplainedPair& pair);

nlohmann::json weights_as_json(const flow::ExplainedPair& pair);

}  // namespace homeroom::cli
