// The door of flow: the workspace opened, the run, and the looks at what it left.
#pragma once

#include "hub/flow/aside_lists.hpp"
#include "hub/flow/backup.hpp"
#include "hub/flow/check.hpp"
#include "hub/flow/configuration.hpp"
#include "hub/flow/correct.hpp"
#include "hub/flow/decide.hpp"
#include "hub/flow/explain.hpp"
#include "hub/flow/hub.hpp"
#include "hub/flow/inspect.hpp"
#include "hub/flow/link_files.hpp"
#include "hub/flow/map_files.hpp"
#include "hub/flow/quarantine.hpp"
#include "hub/flow/review.hpp"
#include "hub/flow/run.hpp"
#include "hub/flow/run_memory.hpp"
#include "hub/flow/scratch_file.hpp"
