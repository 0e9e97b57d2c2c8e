// Workspace: homeroom.yaml as plain structs. Everything is checked for form here; whether files,
// plugins and fields exist is checked by the rooms that use them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "hub/settings/node.hpp"

namespace homeroom::settings {

struct Feed {
  std::string name;  ///< "roster", "extra"; the source's own name when it has one feed
  std::string plugin;
  std::vector<std::pair<std::string, std::string>> settings;  ///< flat: "files.attendance.path"
  Place place;
};

enum class WhenMissing : uint8_t { stop, keep };

struct Source {
  std::string name;
  std::vector<Feed> feeds;
  std::filesystem::path mapping;
  std::string regime;      ///< ferpa, hipaa, hmis, part2
  std::string agreement;   ///< name of an agreement, empty where the district owns the data
  double fresh_hours = 0;  ///< 0: no limit
  WhenMissing when_missing = WhenMissing::stop;
  int64_t keep_days = 0;            ///< with WhenMissing::keep
  bool may_delete_settled = false;  ///< absent records are gone on proof `settled` too
  std::string victim_services;      ///< "none, because TEXT" for hmis sources, else empty
  Place place;
};

struct Destination {
  std::string name;
  std::string plugin;
  std::vector<std::pair<std::string, std::string>> settings;
  std::string held_by;  ///< "district" or a company
  std::string read_by;  ///< audience of the policy
  std::string purpose;
  std::string agreement;
  std::string students;  ///< group name or `all`
  std::vector<std::string>
      send;  ///< field words: "name", "immunizations", "enrollment.gradeLevel", "everything"
  bool sends_first_at_once = false;  ///< first_delivery: send
  std::string
      readers_schools;  ///< "all": the district states that these readers serve every school
  Place place;
};

struct Agreement {
  std::string name, kind, with, basis, paper;
  std::vector<std::string> classes;
  std::optional<int32_t> ends;  ///< last day on which anything moves
  int64_t destroy_days = 0;
  bool has_counsel = false;
  Place place;
};

struct Group {
  std::string name;
  std::string expression;
  Place place;
};

struct Brake {
  double above = 0;  ///< proportion
  int64_t at_least = 0;
};

struct Job {
  std::string name;
  std::vector<std::string> sources;       ///< empty: all
  std::vector<std::string> destinations;  ///< empty with has_destinations: none
  bool all_sources = true;
  bool all_destinations = true;
  int64_t tolerate_new = 20;
  double tolerate_of_stream = 0.005;
  bool reads_everything = false;  ///< full: true
  std::string at;    ///< "03:15" of the district's time zone, empty if somebody else starts it
  std::string days;  ///< every day, school days, or names of week days
  std::string overlap = "skip";  ///< what happens while the last run still runs: skip or wait
  double catch_up_hours = 0;     ///< a run missed by no more than this is made up
  std::string done_by;           ///< "06:00", later is late
  Place place;
};

/// First and last day, both included.
struct Dates {
  int32_t first = 0;
  int32_t last = 0;
};

/// Days on which a destination is sent nothing.
struct Quiet {
  std::string destination;
  Dates dates;
  std::string why;
};

struct Calendar {
  std::filesystem::path days;     ///< a table date,school,kind,minutes; empty if none
  std::optional<Dates> rollover;  ///< the new year is being built: read and check, send nothing
  std::vector<Quiet> quiet;
};

/// A rule pack that every run looks at.
struct RulePack {
  std::string pack;                  ///< a file of the workspace, or the name of a shipped pack
  std::vector<std::string> on, off;  ///< rules turned on or off by id
  Place place;
};

/// Bytes of a size as settings say it, "600 MiB" or "2 GiB"; nothing for anything else.
std::optional<uint64_t> memory_size(const std::string& text);

struct Limits {
  uint64_t memory_bytes =
      0;  ///< rows and documents that may be in memory at once; 0: flow::RunMemory::usual_budget
};

/// What a finding on a value does to the trust in it: merge::Findings.
enum class Findings : uint8_t { lower, last, ignored };

struct Workspace {
  std::filesystem::path folder;
  std::string district, state, time_zone;
  std::string tenant_id;  ///< as `init` wrote it; empty: made from district and state
  std::map<std::string, std::string>
      parameters;  ///< after --set; has data, store, keys, out, mode, deliver, run_date
  std::filesystem::path secrets;   ///< folder; `secrets` of the workspace if not said
  std::string roster;              ///< students.source
  std::vector<Source> sources;     ///< in the order of the file
  std::filesystem::path identity;  ///< how records of one child are recognised; empty: as shipped
  std::map<std::string, std::vector<std::string>> trust;  ///< "default" and per field or entity
  Findings findings = Findings::lower;                    ///< merge.findings
  std::filesystem::path model_extension;  ///< a district's own model file, empty if none
  std::vector<std::filesystem::path> policy;
  std::vector<Destination> destinations;
  std::vector<Group> groups;
  std::vector<Agreement> agreements;
  std::vector<Job> jobs;
  Calendar calendar;
  std::vector<RulePack> validation;     ///< empty: none
  std::map<std::string, Brake> brakes;  ///< with the defaults for what the file does not say
  Limits limits;
  std::string text;  ///< the file as read, for the configuration digest
};

/// Reads `folder`/homeroom.yaml with the parameters given on the command line. `${name}` stands for
/// a declared parameter, in values only; an unknown one is refused with "did you mean". Paths that
/// are not absolute are taken from the workspace folder, those of --set from the current folder.
Workspace load_workspace(const std::filesystem::path& folder,
                         const std::map<std::string, std::string>& set);

}  // namespace homeroom::settings
