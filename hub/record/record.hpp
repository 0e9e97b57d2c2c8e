// The door of the record room: the nouns.
#pragma once

#include "hub/record/date.hpp"
#include "hub/record/json.hpp"
#include "hub/record/model.hpp"
#include "hub/record/profile.hpp"
#include "hub/record/report.hpp"
#include "hub/record/spreadsheet.hpp"
