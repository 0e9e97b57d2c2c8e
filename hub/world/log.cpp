#include "hub/world/log.hpp"

#include <string>

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "hub/record/json.hpp"
#include "hub/world/clock.hpp"

namespace homeroom::world {
namespace {

spdlog::level::level_enum spdlog_level(Level level) {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warn:
      return spdlog::level::warn;
    default:
      return spdlog::level::err;
  }
}

const char* name_of(Level level) {
  static constexpr const char* names[] = {"debug", "info", "warn", "error"};
  return names[static_cast<int>(level)];
}

void append_member(std::string& line, std::string_view name, std::string_view value) {
  line += ',';
  record::append_json_string(line, name);
  line += ':';
  record::append_json_string(line, value);
}

std::string json_line(Level level, std::string_view message, LogFields fields) {
  std::string line = "{\"time\":\"" + iso_instant(SystemClock().now_ms()) + "\"";
  append_member(line, "level", name_of(level));
  append_member(line, "message", message);
  for (const auto& [name, value] : fields) append_member(line, name, value);
  return line + "}";
}

// A line end inside a message would let it pass for a line of its own.
std::string one_line(std::string_view text) {
  std::string line(text);
  for (char& c : line)
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  return line;
}

std::string text_line(std::string_view message, LogFields fields) {
  std::string line = one_line(message);
  for (const auto& [name, value] : fields)
    line.append(" ").append(one_line(name)).append("=").append(one_line(value));
  return line;
}

}  // namespace

struct Log::Lines {
  Lines(LogStyle asked, spdlog::sink_ptr sink) : style(asked), logger("homeroom", std::move(sink)) {
    Level least = style.quiet && style.least < Level::warn ? Level::warn : style.least;
    logger.set_level(spdlog_level(least));
    logger.flush_on(spdlog::level::debug);
    logger.set_formatter(std::make_unique<spdlog::pattern_formatter>(
        style.json ? "%v" : "%Y-%m-%dT%H:%M:%SZ %l %v", spdlog::pattern_time_type::utc));
  }
  LogStyle style;
  mutable spdlog::logger logger;
};

Log::Log(LogStyle style)
    : lines_(std::make_unique<Lines>(style, std::make_shared<spdlog::sinks::stderr_sink_mt>())) {}
Log::Log(LogStyle style, std::ostream& out)
    : lines_(
          std::make_unique<Lines>(style, std::make_shared<spdlog::sinks::ostream_sink_mt>(out))) {}
Log::Log(Log&&) noexcept = default;
Log::~Log() = default;

void Log::say(Level level, std::string_view message, LogFields fields) const {
  auto at = spdlog_level(level);
  if (!lines_->logger.should_log(at)) return;
  std::string line =
      lines_->style.json ? json_line(level, message, fields) : text_line(message, fields);
  lines_->logger.log(at, spdlog::string_view_t(line));
}

}  // namespace homeroom::world
