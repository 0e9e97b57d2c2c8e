// The door of the outside: clock, files, locks, secrets, log, stop signal and meter. Everything
// that is not a function of its arguments comes through here, so that tests can hold it still.
#pragma once

#include "hub/world/cancel.hpp"
#include "hub/world/clock.hpp"
#include "hub/world/digest.hpp"
#include "hub/world/files.hpp"
#include "hub/world/lock.hpp"
#include "hub/world/log.hpp"
#include "hub/world/meter.hpp"
#include "hub/world/pages.hpp"
#include "hub/world/secrets.hpp"
