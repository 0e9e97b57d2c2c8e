// The part of homeroom.yaml that says who is told when a run does not end as it should.
#pragma once

#include "hub/settings/workspace.hpp"

namespace homeroom::settings {

Alerts read_alerts(const Node& node);

}  // namespace homeroom::settings
