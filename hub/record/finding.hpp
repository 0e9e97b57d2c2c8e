// Finding: what a rule says about a row, a student or a run. It names places and shapes; it never
// holds a student's value.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace homeroom::record {

enum class Severity : uint8_t { info, warning, critical, fatal };

struct Finding {
  Severity severity = Severity::warning;
  std::string rule;    ///< stable name: "unreadable", "required", "option", "reference", ...
  std::string source;  ///< source of the workspace, empty if it is about the run
  std::string stream;
  std::string entity;
  std::string field;
  std::string file;
  uint64_t line = 0;    ///< of the source file, 0 if unknown
  uint64_t record = 0;  ///< number of the record where the source has no lines, else 0
  std::string student;  ///< the hub's own id of the student that a profile is of, else empty
  std::string says;     ///< one sentence: "not a date YYYY-MM-DD"
};

/// One record that was set aside: where it stands, why, and what was read of it.
struct SetAside {
  std::string stream;
  std::string file;
  uint64_t record = 0;
  uint64_t line = 0;
  uint64_t offset = 0;
  std::string field;
  std::string why;
  std::string bytes;  ///< original bytes of the columns that are read; sealed before it is stored
  /// Names of the columns when `bytes` are the cells of a whole row; empty: bytes as the file has
  /// them, since they could not be read into columns.
  std::vector<std::string> columns;
  std::string key;  ///< values of the key columns joined by U+001F; empty if unknown
};

}  // namespace homeroom::record
