// The parts of lint, each in its own file.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "hub/map/plan.hpp"
#include "hub/map/proposal.hpp"

namespace homeroom::map {

/// Every expression of a mapping with the columns it is written over.
void each_expression(
    const Plan& plan,
    const std::function<void(const std::vector<NamedColumn>&, const Expression&)>& look);

/// Conditions that are always or never true, and branches that no row can reach.
void lint_conditions(const Plan& plan, std::vector<Remark>& remarks);

/// Rows of code lists whose codes the model lacks, and codes of the model that no row gives.
void lint_codes(const Plan& plan, const record::Model& model, const settings::Node& root,
                std::vector<Remark>& remarks);

/// Pieces of the file that nothing uses.
void lint_pieces(const settings::Node& root, std::vector<Remark>& remarks);

/// Streams and columns that are not there, and steps over the rows of all students. `place_of`
/// knows where a column stands in `reads`.
void lint_streams(
    const Plan& plan, const settings::Node& root, const std::vector<SeenStream>& seen,
    const std::function<settings::Place(uint32_t stream, const std::string& column)>& place_of,
    std::vector<Remark>& remarks);

}  // namespace homeroom::map
