// Attempt: one pass over what is owed, put to the sink; its answers become verdicts of the outbox.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
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
  Attempts(plugin::Instance& sink, Outbox& outbox, const std::string& destination,
           const std::string& key_prefix);

  bool is_anything_owed() const { return owed_ > 0; }
  Ending run();
  /// Delivered, refused and removed so far; what is pending is counted by looking at what is owed.
  Counts counts();

 private:
  struct Batch {
    std::vector<OutgoingShare> rows;
    std::vector<std::string> keys;
    std::size_t bytes = 0;
  };
  struct Row {
    std::string id;
    uint64_t sequence;
    bool is_removal;
  };
  struct Answered {
    std::string key;
    Verdict verdict;
    std::string why;
  };

  void put_delta(plugin::Writer& writer);
  void put_snapshot(plugin::Writer& writer);
  void add(plugin::Writer& writer, const OutgoingShare& row);
  void flush(plugin::Writer& writer);
  void settle_removals();
  void settle_answers();
  void settle(const Answered& answer);
  uint64_t shares_to_put();
  std::string key_of(const OutgoingShare& row) const;

  plugin::Instance& sink_;
  Outbox& outbox_;
  std::string destination_;
  std::string key_prefix_;
  bool is_snapshot_ = false;
  uint64_t owed_ = 0;
  uint64_t number_ = 0;
  Batch batch_;
  std::unordered_map<std::string, Row> put_;  ///< owed rows of this try by key
  std::vector<Answered> answers_;
  std::unordered_set<std::string> settled_;
  std::string last_not_now_;
  Counts counts_;
};

}  // namespace homeroom::deliver
