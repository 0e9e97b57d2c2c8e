// Pairs of records as people write them: what was decided, what is open, what is to be explained.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "hub/resolve/clusters.hpp"
#include "hub/resolve/records.hpp"

namespace homeroom::flow {

/// What people decided: a CSV of record_id,other_record_id,decision with same or different; empty
/// is not decided yet. Throws fix_settings with file and line.
std::vector<resolve::Decision> read_decisions(const std::filesystem::path& file,
                                              const resolve::Records& records);

/// Open pairs in the columns of decisions, the surest first, the decision left empty.
void write_review(const std::filesystem::path& file, const resolve::Records& records,
                  const std::vector<resolve::Edge>& open);

/// "A,B". Throws fix_settings for an id that no record or several records have.
std::pair<uint32_t, uint32_t> two_records(const std::string& names,
                                          const resolve::Records& records);

/// The text as a cell of a CSV file.
void append_cell(std::string& to, std::string_view text);

}  // namespace homeroom::flow
