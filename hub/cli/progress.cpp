#include "hub/cli/progress.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "hub/cli/context.hpp"
#include "hub/world/world.hpp"

namespace homeroom::cli {

namespace {

constexpr std::size_t bar_width = 24;
// A rate that was measured for less long says nothing.
constexpr double shortest_seconds = 0.5;

std::string bar(double part) {
  auto full = static_cast<std::size_t>(std::lround(part * bar_width));
  return '[' + std::string(full, '#') + std::string(bar_width - full, '.') + ']';
}

std::string time_left(double seconds) {
  auto whole = static_cast<long>(std::ceil(seconds));
  if (whole < 60) return fmt::format("{} s left", whole);
  return fmt::format("{} min {:02} s left", whole / 60, whole % 60);
}

std::size_t terminal_width() {
  winsize size{};
  bool is_known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return is_known ? size.ws_col : 80;
}

}  // namespace

std::string progress_text(const flow::Progress& progress, double seconds, std::size_t width) {
  auto text = fmt::format("{:<24}", progress.doing);
  if (progress.expected > 0) {
    auto part = static_cast<double>(progress.done) / static_cast<double>(progress.expected);
    text += ' ' + bar(std::min(part, 1.0));
  }
  if (progress.done > 0) text += "  " + with_commas(progress.done);
  if (progress.done > 0 && seconds >= shortest_seconds) {
    auto rate = static_cast<double>(progress.done) / seconds;
    text += "  " + with_commas(static_cast<uint64_t>(rate)) + "/s";
    if (progress.expected > progress.done)
      text += "  " + time_left(static_cast<double>(progress.expected - progress.done) / rate);
  }
  return text.substr(0, width);
}

void ProgressLine::operator()(const flow::Progress& progress) {
  auto now = world::steady_seconds();
  if (progress.doing != doing_ || progress.done == 0) {
    doing_ = progress.doing;
    began_ = now;
  }
  // One less than the terminal: a full line would move on to the next.
  auto text = progress_text(progress, now - began_, terminal_width() - 1);
  std::fprintf(stderr, "\r\033[K%s", text.c_str());
}

void ProgressLine::clear() {
  std::fputs("\r\033[K", stderr);
}

}  // namespace homeroom::cli
