// Log: what people and machines read afterwards, on standard error. Never a value of a student:
// callers give shapes, places and counts.
#pragma once

#include <initializer_list>
#include <iosfwd>
#include <memory>
#include <string_view>
#include <utility>

namespace homeroom::world {

enum class Level { debug, info, warn, error };

struct LogStyle {
  Level least = Level::info;
  bool json = false;   ///< one JSON object a line instead of text
  bool quiet = false;  ///< warnings and errors only
};

/// Fields of a line beside its message, e.g. {"source", "clinic"}.
using LogFields = std::initializer_list<std::pair<std::string_view, std::string_view>>;

/// May be called from any thread; lines never mix.
class Log {
 public:
  explicit Log(LogStyle style = {});  ///< to standard error
  Log(LogStyle style, std::ostream& out);
  Log(Log&&) noexcept;
  ~Log();

  void say(Level level, std::string_view message, LogFields fields = {}) const;
  void debug(std::string_view message, LogFields fields = {}) const {
    say(Level::debug, message, fields);
  }
  void info(std::string_view message, LogFields fields = {}) const {
    say(Level::info, message, fields);
  }
  void warn(std::string_view message, LogFields fields = {}) const {
    say(Level::warn, message, fields);
  }
  void error(std::string_view message, LogFields fields = {}) const {
    say(Level::error, message, fields);
  }

 private:
  struct Lines;
  std::unique_ptr<Lines> lines_;
};

}  // namespace homeroom::world
