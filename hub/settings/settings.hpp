// The door of the settings room: YAML with places, the workspace and the model.
#pragma once

#include "hub/settings/file_text.hpp"
#include "hub/settings/model.hpp"
#include "hub/settings/node.hpp"
#include "hub/settings/workspace.hpp"
