// state: how far each stream of each source was read, night by night; compared, and set by a
// person.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hub/flow/hub.hpp"
#include "hub/store/rows.hpp"

namespace homeroom::flow {

/// The state that stands of each stream, or stood in a generation; by source and stream.
std::vector<store::FormerStreamState> states_at(store::Store& store,
                                                std::optional<uint64_t> generation);

/// How one stream differs between two moments; a side that is nothing did not know the stream.
struct StateChange {
  std::string source, stream;
  std::optional<store::StreamState> before, after;
};
/// Streams that are the same are left out.
std::vector<StateChange> compare(const std::vector<store::FormerStreamState>& before,
                                 const std::vector<store::FormerStreamState>& after);

/// What a source offers now of a stream whose state is published, or that the store does not know.
struct Offered {
  std::string source, stream;
  /// "newer", "as published", "older", "new", "not offered", or why it cannot say.
  std::string says;
};
/// Opens every source; one that cannot be asked says why in the place of an answer.
std::vector<Offered> compare_with_sources(const Hub& hub, store::Store& store);

struct StateSetting {
  std::string source, stream;
  std::string cursor;  ///< empty: from the beginning
  std::string actor, why;
};
/// The next run reads the stream from there. The source is asked to read from the cursor first.
/// Throws Error(fix_settings) for a stream the store does not know, one that tells no cursors, or a
/// cursor that its source refuses; world::Locked while a run holds the store.
void set_cursor(const Hub& hub, const StateSetting& what);

/// Asks the source for the first records from there: one that cannot go on from a cursor throws.
void try_cursor(const Hub& hub, const std::string& source, const std::string& stream,
                const std::string& cursor);

struct StateRollback {
  uint64_t generation = 0;
  std::string source;  ///< empty: all
  std::string actor, why;
};
/// The next run reads on from where that generation did; what was published since stays. The
/// streams that went back, each with the generation it went back to. Throws Error(fix_settings)
/// when there are none; world::Locked while a run holds the store.
std::vector<store::FormerStreamState> roll_back(const Hub& hub, const StateRollback& what);

}  // namespace homeroom::flow
