// Reading the rules of a pack.
#pragma once

#include "hub/validate/pack_scope.hpp"

namespace homeroom::validate {

/// `shared`: how many measures of the pack all rules may name. `source`: of rules that say none.
void read_rules(const settings::Node& node, const settings::Node& source, uint32_t shared,
                Pack::Plan& plan, PackScope& scope);

}  // namespace homeroom::validate
