// homeroom/stream.hpp - how a source describes what it offers and how a read ended.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "homeroom/plugin.h"

namespace homeroom {

/// Whose records a stream has; see HR_ROLE_SUBJECT.
enum class Role : int32_t { subject = HR_ROLE_SUBJECT, reference = HR_ROLE_REFERENCE };
/// How a stream says that a record is gone; see HR_GONE_NEVER.
enum class Gone : int32_t {
  never = HR_GONE_NEVER,
  absent = HR_GONE_ABSENT,
  marked = HR_GONE_MARKED
};
/// What of a stream a read gives; see HR_FULL.
enum class Mode : int32_t { unknown = -1, full = HR_FULL, changes = HR_CHANGES, keys = HR_KEYS };
/// How sure it is that a read saw every record; see HR_PROOF_NONE.
enum class Proof : int32_t {
  none = HR_PROOF_NONE,
  settled = HR_PROOF_SETTLED,
  format = HR_PROOF_FORMAT,
  count = HR_PROOF_COUNT,
};

/// One column of a stream; the format is Arrow's spelling.
struct Column {
  std::string name;
  std::string format = "vu";
};

/// One stream as it stands there now.
struct Stream {
  std::string name;
  std::vector<Column> columns;
  std::string key;      ///< columns that name one record, joined by ','
  std::string subject;  ///< the column that says whose record it is; empty: nobody's
  std::string space;    ///< what the subject column counts in, e.g. "hmis.PersonalID"
  Role role = Role::subject;
  Gone gone = Gone::absent;
  Mode mode = Mode::unknown;
  int64_t as_of_ms = 0;  ///< how new the data is, UTC; 0 unknown
};

/// What the hub wants to read. Views are valid during Source::read() only.
struct Read {
  std::string stream;
  std::string since;  ///< an earlier cursor, empty for all
  Mode mode = Mode::full;
  std::vector<std::string> columns;  ///< only these; one that may be missing ends in '?'
  uint32_t max_rows = HR_MAX_ROWS;
  uint32_t max_bytes = HR_MAX_BYTES;
};

/// How a read ended.
struct End {
  bool complete = false;  ///< nothing was missed
  Proof proof = Proof::none;
  uint64_t records = 0;  ///< rows given plus set aside
  uint64_t set_aside = 0;
  std::string cursor;
};

}  // namespace homeroom
