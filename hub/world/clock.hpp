// Clock: what time it is, and which day that is in a district's own time zone.
#pragma once

#include <cstdint>
#include <string>

namespace homeroom::world {

class Clock {
 public:
  virtual ~Clock() = default;
  /// Milliseconds since 1970-01-01T00:00:00Z. May be called from any thread.
  virtual int64_t now_ms() const = 0;
};

class SystemClock : public Clock {
 public:
  int64_t now_ms() const override;
};

/// Stands still until it is set.
class FixedClock : public Clock {
 public:
  explicit FixedClock(int64_t utc_ms) : utc_ms_(utc_ms) {}
  int64_t now_ms() const override { return utc_ms_; }
  void set(int64_t utc_ms) { utc_ms_ = utc_ms; }

 private:
  int64_t utc_ms_;
};

/// Whether the time zone database knows this IANA name.
bool is_time_zone(const std::string& zone);

/// Minutes east of UTC at that instant. Throws fix_settings for an unknown zone.
int32_t offset_minutes(int64_t utc_ms, const std::string& zone);

/// The local date there, as days since 1970-01-01. Throws fix_settings for an unknown zone.
int32_t local_date(int64_t utc_ms, const std::string& zone);

/// The day a run counts as, unless it is told another: today in the district's zone.
int32_t run_date(const Clock& clock, const std::string& zone);

/// The instant as text, always UTC: 2026-01-13T08:15:00Z.
std::string iso_instant(int64_t utc_ms);

}  // namespace homeroom::world
