// KeyParts: the expressions of blocking keys as hashes, worked out once for each distinct value
// where an expression reads one feature.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "hub/express/express.hpp"
#include "hub/resolve/name_table.hpp"
#include "hub/resolve/records.hpp"

namespace homeroom::resolve {

/// What one expression gives for each record.
class KeyPart {
 public:
  /// The hashes of a record, smallest first; none where the expression is null, several for a list.
  std::span<const uint64_t> of(const Records& records, uint32_t record) const {
    auto at = feature_ == Records::none ? record - first_ : records.row(record)[feature_];
    return {hashes_.data() + ends_[at], hashes_.data() + ends_[at + 1]};
  }
  bool is_list() const { return is_list_; }

 private:
  friend class KeyParts;
  express::Compiled compiled_;
  uint32_t feature_ = Records::none;  ///< the hashes stand by its values; else by record,
  uint32_t first_ = 0;                ///< from this one on
  bool is_list_ = false;
  std::vector<uint32_t> ends_{0};
  std::vector<uint64_t> hashes_;
};

class KeyParts {
 public:
  KeyParts(const Records& records, const Nicknames& nicknames);
  ~KeyParts();
  KeyParts(const KeyParts&) = delete;
  KeyParts& operator=(const KeyParts&) = delete;
  /// Throws fix_settings, with the place, for an expression that cannot be.
  KeyPart make(const Expression& expression);
  /// Works a part out for the records from this one on, and for the values that are new.
  void extend(KeyPart& part, uint32_t first);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace homeroom::resolve
