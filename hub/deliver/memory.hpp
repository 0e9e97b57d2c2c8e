// What deliver must remember and look up while it works; the store implements it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace homeroom::deliver {

struct OutgoingShare {
  std::string id;  ///< of the person
  uint64_t sequence = 0;
  bool is_removal = false;
  bool is_owed = true;  ///< false in a snapshot: the destination has this very share
  std::string digest;   ///< 64 hex letters, empty for removals
  std::string body;     ///< empty for removals
  std::string replaced_by;
};

enum class Verdict : uint8_t { taken, refused, not_now };

class Outbox {
 public:
  virtual ~Outbox() = default;
  virtual uint64_t owed() = 0;  ///< rows owed, removals included
  virtual uint64_t live() = 0;  ///< shares a snapshot would hold
  virtual uint64_t delivery_number() = 0;
  /// Rows owed, sorted by id; removals and upserts.
  virtual void each_owed(const std::function<void(const OutgoingShare&)>& visit) = 0;
  /// Every live share, sorted by id; bodies included.
  virtual void each_live(const std::function<void(const OutgoingShare&)>& visit) = 0;
  /// Remembers a verdict; durable when settle_all() returns.
  virtual void settle(std::string_view id, uint64_t sequence, Verdict verdict,
                      std::string_view why) = 0;
  virtual void settle_all() = 0;
};

}  // namespace homeroom::deliver
