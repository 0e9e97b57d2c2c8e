// The door of jobs: when the jobs of a workspace run by themselves, and the daemon that runs them.
#pragma once

#include "hub/jobs/alert.hpp"
#include "hub/jobs/book.hpp"
#include "hub/jobs/daemon.hpp"
#include "hub/jobs/plan.hpp"
#include "hub/jobs/queue.hpp"
#include "hub/jobs/run_program.hpp"
#include "hub/jobs/scheduler.hpp"
#include "hub/jobs/school_days.hpp"
#include "hub/jobs/timetable.hpp"
#include "hub/world/wall_clock.hpp"
