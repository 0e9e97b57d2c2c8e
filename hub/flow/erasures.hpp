// Erasures: the store forgets those whose keys were destroyed. The keys know of it first; a store
// that was stopped between the two, or put back from a backup of before, learns it here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "hub/flow/names.hpp"

namespace homeroom::flow {

/// The token by which keys::Erasure names a person.
uint64_t token_of_person(const keys::KeyRing& keys, std::string_view id);

/// Takes out of the store what keys::KeyRing::erasures tells and it has not taken out before, and
/// publishes that as a generation: records, profiles, corrections, decisions, features and tokens.
/// Destinations that may hold a share are owed its removal. All records are weighed anew in the
/// next run. How many records went; nothing happens when the store knows all. Not inside a
/// transaction. With `takes_its_word` false the store is told all anew: one put back may know
/// others by the same numbers.
uint64_t apply_erasures(store::Store& store, keys::KeyRing& keys, int32_t run_date,
                        bool takes_its_word = true);

}  // namespace homeroom::flow
