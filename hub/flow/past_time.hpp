// PastTime: what of the store is past the time that the workspace's `retention` gives its class.
// What a source still brings is not, however old it is. It looks and changes nothing.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hub/flow/hub.hpp"
#include "hub/keys/keys.hpp"

namespace homeroom::store {
class Store;
}

namespace homeroom::flow {

/// One class of what is stored.
struct Retained {
  std::string name;  ///< "quarantine", "records under hipaa"
  int64_t days = 0;  ///< it may stay
  uint64_t stored = 0;
  uint64_t past = 0;  ///< of those
};

class PastTime {
 public:
  PastTime(const Hub& hub, store::Store& store, keys::KeyRing& keys);

  const std::vector<Retained>& classes() const { return classes_; }
  uint64_t count() const;
  /// Of what tells something of children, how much is stored and past its time.
  Retained records() const;
  /// SHA-256 of the names of all that is past its time, 64 hex letters.
  std::string digest() const;

  /// Keys that seal nothing but what is past its time.
  const std::vector<keys::Erasure>& erasures() const { return erasures_; }
  /// Sources whose records are past it altogether.
  const std::vector<std::string>& sources() const { return sources_; }
  /// Reports and states of before these instants are past it.
  int64_t runs_before_ms() const { return runs_before_ms_; }
  int64_t states_before_ms() const { return states_before_ms_; }

 private:
  void look_at_quarantine();
  void look_at_left_students(keys::KeyRing& keys);
  void look_at_source(uint32_t number, const std::string& name);
  void look_at_runs();
  void look_at_states();

  Retained& begin(const std::string& name, int64_t days);
  bool is_past(int32_t day, int64_t days) const { return day + days < hub_.run_date(); }
  int64_t before_ms(int64_t days) const;
  void erase(keys::Unit unit, uint32_t scope, uint64_t id);
  void name(const std::string& what) { names_ += what + '\n'; }

  const Hub& hub_;
  store::Store& store_;
  std::vector<Retained> classes_;
  std::vector<keys::Erasure> erasures_;
  std::vector<std::string> sources_;
  int64_t runs_before_ms_ = 0;
  int64_t states_before_ms_ = 0;
  std::string names_;
};

}  // namespace homeroom::flow
