// Reading measures ("count standing where exitDate is null") and series of doses.
#pragma once

#include "hub/validate/pack_scope.hpp"

namespace homeroom::validate {

/// Reads `KIND ENTITY[.FIELD] [by FIELD] [where CONDITION]`; `text` is that of `node` or ends with
/// it.
Measure read_measure(Pack::Plan& plan, PackScope& scope, const std::string& name,
                     const settings::Node& node, const std::string& text);

void read_series(const settings::Node& node, Pack::Plan& plan, PackScope& scope);

/// "28 days", "16 weeks", "12 months", "1 year".
Duration read_duration(const settings::Node& node);

}  // namespace homeroom::validate
