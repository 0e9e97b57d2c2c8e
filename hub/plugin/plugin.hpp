// The door of the plugin room, the only one that speaks the C contract: find plugins by their
// manifests, load them, and use them as sources and sinks in the hub's own types.
#pragma once

#include "hub/plugin/catalogue.hpp"
#include "hub/plugin/instance.hpp"
#include "hub/plugin/manifest.hpp"
#include "hub/plugin/open.hpp"
#include "hub/plugin/settings.hpp"
#include "hub/plugin/signature.hpp"
