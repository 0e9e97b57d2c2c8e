// Attempt: one pass over what is owed, put to the sink; its answers become verdicts of the outbox.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hub/deliver/deliver.hpp"

namespace homeroom::deliver {

/// How a try ended.
struct Ending {
  enum class Kind : uint8_t { settled, again, given_up };
  Kind kind = Kind::settled;
  uint32_t retry_after_s = 0;
  std::string says;  ///< why not everything is settled
};

/// All tries of one destination in one run. Rows with a verdict are not put again in a delta; in a
/// snapshot, which is always whole, they are and their answers no longer count.
class Attempts {
 public:
  Attempts(const Target& target, Outbox& outbox, const Waiting& waiting);

  uint64_t owed() const { return owed_.all(); }
  /// Puts what has no verdict until the breaker opens; where it is half open, one share of it.
  Ending run();
  /// Shares put again that got no verdict then either.
  uint64_t tried_in_vain() const { return tried_in_vain_; }
  /// Delivered, refused and removed so far, and what is left of what was owed.
  Counts counts() const;

 private:
  struct Batch {
    std::vector<OutgoingShare> rows;
    std::vector<std::string> keys;
    std::size_t used = 0;  ///< rows are kept for their memory
    std::size_t bytes = 0;
  };
  /// What is known of a row of the outbox.
  struct Mark {
    bool is_put = false;   ///< owed, and put in this try: an answer for it counts
    bool was_put = false;  ///< in an earlier try
    bool is_settled = false;
    bool is_removal = false;
  };

  void put_all(plugin::Writer& writer);
  bool is_enough() const;
  void keep_pace();
  void add(plugin::Writer& writer, OutgoingShare& row);
  void flush(plugin::Writer& writer);
  void settle_removals();
  void take_answer(std::string_view key, Verdict verdict, std::string_view why);
  void settle(uint32_t place, Verdict verdict, std::string_view why);
  uint64_t shares_to_put();
  Mark& mark(uint32_t place);
  std::optional<uint32_t> place_of(std::string_view key);

  const Target& target_;
  Outbox& outbox_;
  const Waiting& waiting_;
  bool is_snapshot_ = false;
  bool is_probe_ = false;  ///< one share tries whether the destination is well again
  uint64_t put_ = 0;       ///< in this try
  uint64_t failed_ = 0;    ///< in this try: answered "not now"
  uint64_t tried_in_vain_ = 0;
  Owed owed_;
  uint64_t number_ = 0;
  uint64_t settled_of_number_ = 0;  ///< when this number began
  Batch batch_;
  std::vector<Mark> marks_;  ///< by place
  uint64_t settled_ = 0;
  std::string last_not_now_;
  Counts counts_;
};

}  // namespace homeroom::deliver
