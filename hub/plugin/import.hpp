// Import: a plugin's Arrow struct array becomes a record::Batch. Whatever the plugin wrote, the
// answer is a batch whose views lie inside the plugin's buffers or the arena, or Error(fail).
#pragma once

#include <string>
#include <vector>

#include "homeroom/plugin.h"
#include "hub/record/arena.hpp"
#include "hub/record/column.hpp"

namespace homeroom::plugin {

/// Converts the rows in one pass a column. Texts stay where the plugin put them unless fewer than
/// record::readable_behind bytes follow them in their buffer; then they are copied into `arena`.
/// `asked` are the columns of the read ('?': may be missing); the batch has them in that order.
/// Views live as long as the plugin's array and the arena.
record::Batch import_batch(const hr_batch& from, const std::vector<std::string>& asked,
                           record::Arena& arena);

}  // namespace homeroom::plugin
