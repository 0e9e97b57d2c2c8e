// homeroom/sink.hpp - what a plugin that writes implements.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "homeroom/host.hpp"
#include "homeroom/settings.hpp"

namespace homeroom {

/// What a delivery holds: every live share, or what changed since the last one.
enum class Takes : int32_t { snapshot = HR_SNAPSHOT, delta = HR_DELTA };
/// What is to be done with a share.
enum class Operation : int32_t { upsert = HR_UPSERT, remove = HR_REMOVE };
/// What became of a share: the destination has it; will never take it; takes it another time.
enum class Verdict : int32_t { taken = HR_TAKEN, refused = HR_REFUSED, not_now = HR_NOT_NOW };

/// One share; views are valid during put() only.
struct Share {
  std::string_view key;  ///< the same text on each try, so that the receiver can drop what it has
  std::string_view id;   ///< the person
  uint64_t sequence = 0;
  Operation operation = Operation::upsert;
  std::string_view digest;       ///< of the body, 64 hex letters
  std::string_view body;         ///< one JSON document; empty with Operation::remove
  std::string_view replaced_by;  ///< with Operation::remove: whom this person was joined to
  bool unchanged = false;        ///< in a snapshot: the destination has this very share
};

/// Says what became of the share with this key; may be called during put() and finish().
using Answer = std::function<void(std::string_view key, Verdict, std::string_view why)>;

/// What is known of a delivery before its first share.
struct Delivery {
  std::string destination;
  Takes mode = Takes::snapshot;
  uint64_t number = 1;  ///< of this delivery to this destination; the same when resent
  uint64_t shares = 0;  ///< how many will be put
  Answer answer;        ///< usable until the writer is gone
};

/// One delivery under way. Destroyed without finish(): nothing may have become visible.
class Writer {
 public:
  virtual ~Writer() = default;
  /// The next shares, in the order of their ids. Throwing ends the delivery.
  virtual void put(std::span<const Share> shares) = 0;
  /// No more come: from now on the destination shows this delivery.
  virtual void finish() = 0;
};

/// A plugin that writes. Its constructor takes (const Host&, const Settings&).
class Sink {
 public:
  virtual ~Sink() = default;
  /// What the destination wants; asked before each delivery.
  virtual Takes takes() = 0;
  /// Begins a delivery. The same number again is the same delivery again.
  virtual std::unique_ptr<Writer> begin(const Delivery& what) = 0;
  /// "Test connection". By default nothing can be wrong.
  virtual void check() {}
};

}  // namespace homeroom
