// extract: which streams of a source stand there, whether they may be believed, and their rows.
// A source whose required stream or column is missing, or whose newest data is too old, is not
// heard: nothing of it is read, deleted or overwritten.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hub/plugin/instance.hpp"
#include "hub/record/column.hpp"
#include "hub/record/finding.hpp"
#include "hub/settings/workspace.hpp"
#include "hub/world/cancel.hpp"

namespace homeroom::extract {

/// One opened plugin of a source.
struct Feed {
  std::string name;
  std::shared_ptr<plugin::Instance> instance;
};

/// A stream that stands there, and the feed that offers it.
struct Offer {
  std::shared_ptr<plugin::Instance> instance;
  plugin::StreamInfo info;
};

/// Asks every feed; a stream offered twice is refused. Throws what a plugin throws.
std::vector<Offer> discover(const std::vector<Feed>& feeds);

/// What the plugins say when each is asked to check itself: they know the files that the hub does
/// not. Empty when nothing is wrong.
std::string complaints(const std::vector<Feed>& feeds);

/// The name of a stream whose records name subjects that are gone, beside what the mapping wants.
inline constexpr const char* removals_stream = "removed";

/// What a mapping wants of a stream (its `reads`).
struct Wanted {
  std::string stream;
  bool is_optional = false;
  struct Column {
    std::string name;
    bool is_optional = false;
  };
  std::vector<Column> columns;
};

/// One stream to read.
struct StreamPlan {
  uint32_t wanted = 0;  ///< index into the list of wanted streams
  bool is_offered = false;
  std::shared_ptr<plugin::Instance> instance;
  plugin::StreamInfo info;
  std::vector<std::string>
      columns;                     ///< of each row kept: wanted ones, then key and subject columns
  std::vector<uint32_t> absent;    ///< indexes into columns: optional ones that are not there
  std::vector<uint32_t> key;       ///< indexes into columns
  uint32_t subject = 0;            ///< index into columns; only for subject streams
  bool key_names_subject = false;  ///< the subject column is part of the key
  plugin::Mode mode = plugin::Mode::full;
  std::string since;        ///< where reading changes goes on; empty: from the beginning
  bool lists_keys = false;  ///< which records there are is asked beside the changes
};

struct SourcePlan {
  bool is_heard = false;
  double age_hours = 0;
  std::string trouble;               ///< why it is not heard, and what to do
  bool lacks_stream = false;         ///< a stream that is needed stands nowhere
  std::vector<StreamPlan> streams;   ///< one for each wanted stream, in that order
  std::vector<Offer> removals;       ///< streams that name the subjects which are gone
  std::vector<std::string> lost;     ///< optional streams that were read before and stand no more
  std::vector<std::string> remarks;  ///< what should be known of it, whether it is heard or not
};

/// The schema contract and `fresh`. `default_mode` is for streams that cannot tell full from
/// changes.
SourcePlan plan(const settings::Source& source, const std::vector<Offer>& offers,
                const std::vector<Wanted>& wanted, plugin::Mode default_mode, int64_t now_ms);

/// How a read of one stream ended.
struct StreamEnd {
  bool is_complete = false;
  plugin::Proof proof = plugin::Proof::none;
  uint64_t records = 0;  ///< rows given and set aside
  std::string cursor;
  std::vector<record::SetAside> asides;
  bool has_unknown_aside = false;  ///< one was set aside whose key could not be read
  std::string version;             ///< of a full read: names its input, for stands(); may be empty
};

/// Reads one stream; `take` gets each batch with its columns in the order of StreamPlan::columns (a
/// column that is not there has values == nullptr), and the file or page its rows are from. Ends
/// with Error(stop) when asked to.
StreamEnd read(const StreamPlan& plan, const std::string& since, const world::Cancel& cancel,
               const std::function<void(const record::Batch&, const std::string& file)>& take);

/// Which records there are now of a stream that tells only changes: batches as of read(), with key
/// columns alone. Nothing if the plugin cannot tell (HR_UNSUPPORTED).
std::optional<StreamEnd> read_keys(
    const StreamPlan& plan, const world::Cancel& cancel,
    const std::function<void(const record::Batch&, const std::string& file)>& take);

/// Whether reading the stream would give what the read of this version gave. Reads no record.
bool stands(const StreamPlan& plan, const std::string& version);

/// Whether a record that a complete read did not show is gone (design 3, proof levels).
bool may_sweep(const StreamPlan& plan, const StreamEnd& end, bool may_delete_settled);

/// Whether a read saw every record, as far as a record may be ended for it.
bool proves_all(const StreamEnd& end, bool may_delete_settled);

const char* word(plugin::Proof proof);

}  // namespace homeroom::extract
