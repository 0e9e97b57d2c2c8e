// One line on a terminal that says where a run stands: a bar where the end is known, the rate, and
// the time that is left at this rate.
#pragma once

#include <cstddef>
#include <string>

#include "hub/flow/flow.hpp"

namespace homeroom::cli {

/// `seconds` since this step began; at most `width` letters, which are all of one byte.
std::string progress_text(const flow::Progress& progress, double seconds, std::size_t width);

/// Tells a run's progress on standard error. Copies tell of one run.
class ProgressLine {
 public:
  void operator()(const flow::Progress& progress);
  /// Takes the line away.
  static void clear();

 private:
  std::string doing_;
  double began_ = 0;
};

}  // namespace homeroom::cli
