// Report: what one run did, counted where it happened. Its JSON is the promise of `run --output
// json`.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "hub/record/finding.hpp"
#include "hub/record/recognition.hpp"

namespace homeroom::record {

/// One stream of one source; unit = one input record.
struct StreamCounts {
  std::string stream;
  bool complete = false;
  std::string stopped_at;  ///< file, line and reason where it was not read to its end; may be empty
  std::string proof = "none";
  uint64_t read = 0;
  uint64_t mapped = 0;       ///< reached an output row, or was looked up
  uint64_t unchanged = 0;    ///< same bytes and same configuration as published
  uint64_t filtered = 0;     ///< left out by a condition or never joined
  uint64_t refused = 0;      ///< forgotten by a `refuse` rule
  uint64_t removals = 0;     ///< delete records
  uint64_t quarantined = 0;  ///< set aside
  uint64_t rows_out = 0;
  uint64_t deleted = 0;        ///< known records ended by this run
  uint64_t new_set_aside = 0;  ///< of quarantined: not known from earlier nights
  uint64_t cleared = 0;        ///< set aside before, and not any more
  /// Optional ones that held something and are not there now; what they held is kept.
  std::vector<std::string> missing_columns;
};

struct SourceCounts {
  std::string source;
  bool heard = false;
  bool mapped_anew = false;  ///< all that is kept of it, since something changed that makes it
  bool stands = false;       ///< heard and not read: its input is what was read before, to the byte
  double age_hours = 0;
  std::string trouble;  ///< why it was not heard, and what to do
  std::vector<StreamCounts> streams;
  std::vector<std::string> lost;     ///< optional streams that were read before and stand no more
  std::vector<std::string> remarks;  ///< told, and the night is none the worse
};

struct PersonCounts {
  uint64_t before = 0, total = 0, students = 0, created = 0, merged = 0, split = 0, ended = 0,
           forgotten = 0, review = 0;
  uint64_t weighed = 0;  ///< records of other sources that were compared with students
};

struct ProfileCounts {
  uint64_t before = 0, total = 0, created = 0, changed = 0, unchanged = 0, removed = 0;
};

struct FindingCounts {
  uint64_t fatal = 0, critical = 0, warning = 0, info = 0;
};

/// Findings that say the same of the same field of the same stream.
struct FindingKind {
  Finding first;  ///< the one that was met first
  uint64_t count = 0;
};

struct BrakeState {
  std::string brake;
  double value = 0;
  double limit = 0;
  bool tripped = false;
  bool approved = false;
};

struct DeliveryCounts {
  std::string destination;
  uint64_t delivered = 0, unchanged = 0, out_of_scope = 0, withheld = 0, held = 0, refused = 0,
           pending = 0, removed = 0, removals_pending = 0, fields_withheld = 0;
  uint64_t removals_owed = 0;  ///< before the run plus newly owed
  uint64_t cleared = 0;        ///< of delivered: shares whose like had been refused before
  bool decided_anew = false;   ///< all its shares, since rules or words changed
  std::string refusals;        ///< what stands refused, why, and where to look
  std::string trouble;
};

struct Report {
  uint64_t run = 0;
  std::string job;
  std::string status;  ///< succeeded, partial, failed, brake, cancelled
  bool dry_run = false;
  std::string run_date;
  uint64_t generation = 0;           ///< that it published; 0: none
  std::string configuration;         ///< hash of what the files of the workspace said
  std::vector<std::string> changed;  ///< parts of the configuration, since the run before
  bool merged_anew = false;          ///< everybody
  double seconds = 0;
  double cpu_seconds = 0;
  uint64_t peak_rss_bytes = 0;
  std::vector<std::pair<std::string, double>> stages;  ///< CPU seconds
  std::vector<SourceCounts> sources;
  PersonCounts persons;
  Recognition recognition;
  ProfileCounts profiles;
  FindingCounts findings;
  std::vector<FindingKind>
      finding_kinds;  ///< the gravest first, then the most frequent; some hundreds
  std::vector<BrakeState> brakes;
  std::vector<DeliveryCounts> deliveries;
  std::vector<std::pair<std::string, uint64_t>>
      purged;                        ///< past its time, by class; of a job that purges
  std::vector<std::string> trouble;  ///< what needs a person, with the command to type
};

/// "Patient: not read to its end (Patient.ndjson:848: the file stops inside the line)".
std::string why_incomplete(const StreamCounts& stream);

/// The sums of the run report that do not hold, in words; empty when all do. Every run checks them.
std::vector<std::string> broken_sums(const Report& report);

/// One JSON document, the keys of the command line's promise.
std::string report_json(const Report& report);

}  // namespace homeroom::record
