// What deliver must remember and look up while it works; the store implements it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace homeroom::deliver {

struct OutgoingShare {
  std::string id;      ///< of the person
  uint32_t place = 0;  ///< of the row in its outbox, dense
  uint64_t sequence = 0;
  bool is_removal = false;
  bool is_owed = true;  ///< false in a snapshot: the destination has this very share
  std::string digest;   ///< 64 hex letters, empty for removals
  std::string body;     ///< empty for removals
  std::string replaced_by;
};

enum class Verdict : uint8_t { taken, refused, not_now };

/// How many rows wait for a receipt.
struct Owed {
  uint64_t upserts = 0;
  uint64_t removals = 0;
  uint64_t all() const { return upserts + removals; }
};

class Outbox {
 public:
  virtual ~Outbox() = default;
  virtual Owed owed() = 0;
  virtual uint64_t live() = 0;             ///< shares a snapshot would hold
  virtual uint64_t delivery_number() = 0;  ///< another one each time
  /// Whoever is shown a share may take it and leave another one in its place.
  using Visit = std::function<void(OutgoingShare&)>;
  /// Rows owed, sorted by id; removals and upserts.
  virtual void each_owed(const Visit& visit) = 0;
  /// Every live share, sorted by id; bodies included.
  virtual void each_live(const Visit& visit) = 0;
  /// Places of the removals owed.
  virtual void each_removal(const std::function<void(uint32_t place)>& visit) = 0;
  /// The row of this person and sequence, if there is one.
  virtual std::optional<uint32_t> find(std::string_view id, uint64_t sequence) = 0;
  /// Remembers a verdict, and why a share was refused; durable when settle_all() returns. May be
  /// called inside a visit.
  virtual void settle(uint32_t place, Verdict verdict, std::string_view why) = 0;
  virtual void settle_all() = 0;
};

}  // namespace homeroom::deliver
