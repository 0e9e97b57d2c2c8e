// quarantine: what people do about records that were set aside. Everything takes effect with the
// next run that reads the source.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "hub/flow/hub.hpp"
#include "hub/store/rows.hpp"

namespace homeroom::flow {

struct Layout;

/// "412-1": the run that told it last, and its number in that run.
std::string aside_id(const store::QuarantineRow& row);

/// The one with this id. Throws Error(fix_settings) when nothing is set aside under it.
store::QuarantineRow find_aside(store::Store& store, const std::string& id);

/// The cells of a record by column, empty where null; no columns when it could not be read into
/// any.
std::vector<std::pair<std::string, std::string>> cells_of(const record::SetAside& what);

/// Whose the record is, as far as it says so: in its columns, or in its key.
std::string subject_of(const record::SetAside& what, const Layout& layout);

/// Who settles, and why; recorded, without any value.
struct Settling {
  std::string actor, why;
};

/// Known and left as it is, a record or a refused share: not listed and not counted as new while
/// its source says the same.
void drop_aside(const Hub& hub, const std::string& id, const Settling& by);

/// What should stand in some columns, as (column, value): an empty value is none. The record is
/// read so from the next run on while its source brings the cells that were set aside. Throws
/// Error(fix_settings) for a column it does not have, for a record that has none, and for a refused
/// share, which has no columns of its own.
void mend_aside(const Hub& hub, const std::string& id,
                const std::vector<std::pair<std::string, std::string>>& mends, const Settling& by);

/// What is tried again: one of the three.
struct Replay {
  std::string source, destination;
  std::vector<std::string> ids;
};

/// The next run reads the records again as they are: of a stream that tells only changes they come
/// from quarantine, of a full file from the file. Refused shares it sends again. How many wait now.
std::size_t replay_asides(const Hub& hub, const Replay& what, const Settling& by);

}  // namespace homeroom::flow
