// The door of jobs: when the jobs of a workspace run by themselves.
#pragma once

#include "hub/jobs/plan.hpp"
#include "hub/jobs/school_days.hpp"
#include "hub/jobs/timetable.hpp"
#include "hub/world/wall_clock.hpp"
