// Raw: a host made by hand, to be stricter or stranger than the hub's own: structs that end at a
// page nobody may touch, structs of a newer minor version, a wish to stop at any question.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "homeroom/plugin.h"
#include "hub/conformance/bench.hpp"
#include "hub/conformance/rows.hpp"
#include "hub/plugin/http_service.hpp"

namespace homeroom::conformance {

/// Bytes with a page behind them that must not be touched.
class Fenced {
 public:
  explicit Fenced(size_t bytes);
  Fenced(const Fenced&) = delete;
  Fenced& operator=(const Fenced&) = delete;
  ~Fenced();
  void* at() const { return at_; }

 private:
  char* pages_;
  size_t mapped_;
  void* at_;
};

/// `count` structs of the contract with `more` bytes behind each that only a newer side would know,
/// filled with rubbish; behind the last the fence. T begins with its size, which is set.
template <class T>
class Grown {
 public:
  explicit Grown(size_t more, size_t count = 1) : step_(sizeof(T) + more), bytes_(step_ * count) {
    for (size_t i = 0; i < count; ++i) {
      auto* from = static_cast<unsigned char*>(bytes_.at()) + i * step_;
      for (size_t byte = 0; byte < step_; ++byte) from[byte] = byte < sizeof(T) ? 0 : 0xA5;
      at(i).size = static_cast<uint32_t>(step_);
    }
  }
  T& at(size_t i) const {
    return *reinterpret_cast<T*>(static_cast<unsigned char*>(bytes_.at()) + i * step_);
  }
  T* operator->() const { return &at(0); }
  T* get() const { return &at(0); }

 private:
  size_t step_;
  Fenced bytes_;
};

struct HostStyle {
  size_t more = 0;                     ///< bytes behind each struct that this version does not know
  uint32_t abi = HR_ABI;               ///< what the host says it is
  uint64_t stop_after = ~uint64_t{0};  ///< how often stopping() is answered with no
};

/// One instance under such a host. Throws Skipped in a runner.
class RawInstance {
 public:
  RawInstance(const Bench& bench, const HostStyle& style,
              const std::vector<std::pair<std::string, std::string>>& settings);
  /// With the sample's settings.
  RawInstance(const Bench& bench, const HostStyle& style);
  RawInstance(const RawInstance&) = delete;
  RawInstance& operator=(const RawInstance&) = delete;
  ~RawInstance();

  /// Throws what open() answered.
  Taken read(const plugin::ReadRequest& what);
  /// Puts each share alone; answers the verdicts by place, -1 where none came.
  std::vector<int32_t> write(const std::vector<plugin::Share>& shares, int32_t mode);
  int32_t takes() const;
  uint64_t times_asked() const { return asked_; }

 private:
  void open(const std::vector<std::pair<std::string, std::string>>& settings);
  void fill_host();
  template <class Table>
  const Table& contract(const char* id) const {
    auto* table = static_cast<const Table*>(table_.contract(id));
    if (!table) throw Failed{std::string("it does not offer ") + id};
    return *table;
  }

  HostStyle style_;
  const hr_plugin& table_;
  world::SystemClock clock_;
  world::Log log_{{world::Level::error, false, true}};
  world::Cancel cancel_;
  plugin::HttpService http_;
  Grown<hr_host> host_;
  uint64_t asked_ = 0;
  void* self_ = nullptr;
};

/// The sample's settings as the hub would hand them over.
std::vector<std::pair<std::string, std::string>> plain(const plugin::CheckedSettings& settings);

}  // namespace homeroom::conformance
