// homeroom/host.hpp - what the hub lends to a plugin instance.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "homeroom/plugin.h"

namespace homeroom {

/// One record that could not be read. No text but `bytes` and `key` may hold a value.
struct Aside {
  uint64_t record = 0;  ///< number of the record in this read, from 1
  uint64_t line = 0;    ///< from 1; 0 where there are no lines
  uint64_t offset = 0;  ///< byte in the file
  std::string place;    ///< file or page, relative to what the settings name
  std::string field;    ///< column, empty if it is the whole record
  std::string why;      ///< one sentence without a value
  std::string bytes;    ///< original bytes of the columns asked for; may be empty
  std::string key;      ///< key values joined by U+001F; empty if they could not be read
};

/// A small copy of the hub's table; usable until the instance is closed, from any thread.
class Host {
 public:
  Host() = default;  ///< a host that hears nothing and never stops
  /// Copies as much of the table as the hub knows.
  explicit Host(const hr_host* host);

  /// For who looks for a fault.
  void debug(std::string_view line) const { log(0, line); }
  /// For who reads what a run did.
  void info(std::string_view line) const { log(1, line); }
  /// For who has something to mend.
  void warn(std::string_view line) const { log(2, line); }
  /// The hub asked to stop.
  bool stopping() const;
  /// Throws Error(Next::stop) if the hub asked to stop.
  void stop_if_asked() const;
  /// Now in UTC milliseconds by the hub's clock, which a test may hold still.
  int64_t now_ms() const;
  /// Puts a record into the run's quarantine; reading goes on.
  void set_aside(const Aside& what) const;
  /// Bytes done of a total; 0 = unknown.
  void progress(uint64_t done, uint64_t total) const;
  /// Waits, but not once the hub asks to stop: throws Error(Next::stop) then. At most an hour.
  void wait(std::chrono::milliseconds time) const;
  /// A folder for files that go with the instance, see hr_scratch; nothing where the hub lends
  /// none.
  std::optional<std::string> scratch() const;
  /// A table of the hub such as "homeroom.http/1", or null.
  const void* service(const char* id) const;

 private:
  void log(int32_t level, std::string_view line) const;
  hr_host host_{};
};

}  // namespace homeroom
