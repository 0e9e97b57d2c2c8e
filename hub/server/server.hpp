// The door of the server: what others may ask the daemon over HTTP, and its metrics.
#pragma once

#include "hub/server/metrics.hpp"
#include "hub/server/monitor.hpp"
