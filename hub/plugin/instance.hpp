// Instance: one opened plugin, in the hub's own types. Where its code runs, inside this process or
// in a runner of its own, does not show here.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "homeroom/error.hpp"
#include "homeroom/plugin.h"
#include "hub/record/column.hpp"

namespace homeroom::plugin {

enum class Role : int32_t { subject = HR_ROLE_SUBJECT, reference = HR_ROLE_REFERENCE };
enum class Gone : int32_t {
  never = HR_GONE_NEVER,
  absent = HR_GONE_ABSENT,
  marked = HR_GONE_MARKED
};
enum class Mode : int32_t { full = HR_FULL, changes = HR_CHANGES, keys = HR_KEYS };
enum class Proof : int32_t {
  none = HR_PROOF_NONE,
  settled = HR_PROOF_SETTLED,
  format = HR_PROOF_FORMAT,
  count = HR_PROOF_COUNT
};

struct ColumnInfo {
  std::string name;
  std::string format;  ///< Arrow's spelling
};

/// A stream that stands there now.
struct StreamInfo {
  std::string name;
  std::vector<ColumnInfo> columns;
  std::vector<std::string> key;
  std::string subject;  ///< empty: nobody's
  std::string space;
  Role role = Role::subject;
  Gone gone = Gone::never;
  std::optional<Mode> mode;  ///< nothing: the plugin cannot tell full from changes
  int64_t as_of_ms = 0;      ///< 0: unknown
};

struct ReadRequest {
  std::string stream;
  std::string since;  ///< an earlier cursor, empty for all
  Mode mode = Mode::full;
  std::vector<std::string> columns;  ///< one ending in '?' may be missing
  uint32_t max_rows = 2048;
  uint32_t max_bytes = HR_MAX_BYTES;
};

/// A record the plugin could not read.
struct Aside {
  uint64_t record = 0;
  uint64_t line = 0;
  uint64_t offset = 0;
  std::string place;
  std::string field;
  std::string why;
  std::string bytes;
  std::string key;  ///< empty: nobody may conclude that the record is gone
};

/// Rows as the plugin gave them; views into memory that the reader's next call uses again.
struct Arrival {
  record::Batch rows;
  std::string place;   ///< file or page
  std::string cursor;  ///< empty: no resume point behind these rows
};

struct End {
  bool complete = false;
  Proof proof = Proof::none;
  uint64_t records = 0;
  uint64_t set_aside = 0;
  std::string cursor;
};

/// Used by one thread at a time; its instance outlives it.
class BatchReader {
 public:
  virtual ~BatchReader() = default;
  /// The next rows, or nothing at the end. Throws Error as the plugin classified it, and
  /// Error(fail) where the plugin broke the contract.
  virtual std::optional<Arrival> next() = 0;
  /// What the plugin said of the whole read; only after next() answered nothing.
  virtual const End& end() const = 0;
  /// The records set aside since the last call.
  virtual std::vector<Aside> take_asides() = 0;
};

enum class Delivers : int32_t { snapshot = HR_SNAPSHOT, delta = HR_DELTA };
enum class Operation : int32_t { upsert = HR_UPSERT, remove = HR_REMOVE };
enum class Verdict : int32_t { taken = HR_TAKEN, refused = HR_REFUSED, not_now = HR_NOT_NOW };

/// One person's share on its way out. Views of the caller's memory.
struct Share {
  std::string_view key;  ///< tenant/destination/person/sequence, the same on each try
  std::string_view id;
  uint64_t sequence = 0;
  Operation operation = Operation::upsert;
  std::string_view digest;
  std::string_view body;         ///< one JSON document; empty with remove
  std::string_view replaced_by;  ///< with remove: the person this one was joined to
  bool unchanged = false;        ///< in a snapshot: the destination has this very share
};

struct Delivery {
  std::string destination;
  Delivers mode = Delivers::delta;
  uint64_t number = 0;  ///< from 1; the same when resent
  uint64_t shares = 0;  ///< how many will be put
};

/// Told once for each share that was put; `why` says what the destination holds against it.
using Answer = std::function<void(std::string_view key, Verdict verdict, std::string_view why)>;

class Writer {
 public:
  /// Without finish() nothing may have become visible.
  virtual ~Writer() = default;
  virtual void put(std::span<const Share> shares) = 0;
  /// After it each share has its answer; those the plugin left out are answered not_now. Also when
  /// it throws.
  virtual void finish() = 0;
};

/// Thrown where a plugin in a runner breaks the contract or its process ends: says plugin, stream
/// and how. Nothing else of the run is touched.
struct Broken : Error {
  using Error::Error;
};

class Instance {
 public:
  virtual ~Instance() = default;
  virtual bool offers(std::string_view contract) const = 0;
  virtual std::vector<StreamInfo> discover() = 0;
  virtual std::unique_ptr<BatchReader> read(const ReadRequest& what) = 0;
  /// Names what this instance's last full read of the stream was made from; empty where the plugin
  /// does not say.
  virtual std::string version(const std::string& /*stream*/) { return {}; }
  /// Whether a full read would give what that of this version gave. False where the plugin does not
  /// know.
  virtual bool stands(const std::string& /*stream*/, const std::string& /*version*/) {
    return false;
  }
  /// Which kind of delivery the sink wants.
  virtual Delivers takes() = 0;
  virtual std::unique_ptr<Writer> begin(const Delivery& what, Answer answer) = 0;
  /// Signs in and looks around; does nothing where the plugin has no check.
  virtual void check() = 0;
};

}  // namespace homeroom::plugin
