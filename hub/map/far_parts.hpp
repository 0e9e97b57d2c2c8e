// Rows in parts by the hash of their keys, and put together again in the order of their numbers.
#pragma once

#include <functional>

#include "hub/map/far_rows.hpp"

namespace homeroom::map {

/// The values of some rows that decide which part each goes into.
using KeysOf = std::function<std::vector<record::Column>(const Relation&, record::Arena&)>;

struct FarPart {
  std::shared_ptr<const FarRows> rows;
  bool is_one_key = true;  ///< no further parting makes it smaller
};

/// How many parts make each fit into a quarter of the budget, as far as there is room to write
/// them.
uint32_t parts_for(const FarRows& rows, const record::Scratch& scratch);
/// `depth` of 0 for rows that were not parted before; rows of equal keys go together. With
/// `leaves_nulls_out` rows in which a key is null are in no part.
std::vector<FarPart> parted(const std::shared_ptr<const FarRows>& rows, uint32_t parts, int depth,
                            const KeysOf& keys_of, const std::vector<uint32_t>* key_columns,
                            bool leaves_nulls_out, record::Scratch& scratch);
/// Rows of each are in the order of their numbers already, those of one number stand together in
/// one of them. With `is_numbered_anew` they are numbered from 0 on.
std::shared_ptr<const FarRows> merged(std::vector<std::shared_ptr<const FarRows>> runs,
                                      bool is_numbered_anew, record::Scratch& scratch);

}  // namespace homeroom::map
