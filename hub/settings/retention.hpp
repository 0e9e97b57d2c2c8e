// Retention: how long what is stored may stay, by its class.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "hub/settings/node.hpp"

namespace homeroom::settings {

/// All in days.
struct Retention {
  int64_t quarantine = 30;      ///< since a source brought the record last
  int64_t left_students = 365;  ///< since the last day of a student
  int64_t run_reports = 2555;
  int64_t states = 90;  ///< how far streams had been read in former generations
  /// Records of a source that is heard no more, by the law they come under.
  std::map<std::string, int64_t> records{
      {"ferpa", 365}, {"hipaa", 365}, {"hmis", 365}, {"part2", 365}};
};

/// What is not said is as above.
Retention read_retention(const Node& node);

}  // namespace homeroom::settings
