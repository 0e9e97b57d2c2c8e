// Workspace: homeroom.yaml as plain structs. Everything is checked for form here; whether files,
// plugins and fields exist is checked by the rooms that use them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "hub/settings/cron.hpp"
#include "hub/settings/node.hpp"
#include "hub/settings/retention.hpp"
#include "hub/settings/sparing.hpp"

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
  bool asks_for_keys = false;       ///< who tells only changes is asked which records there are
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
  Sparing sparing;
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

enum class Overlap : uint8_t { skip, wait };

/// When a job starts by itself: at times of the wall clock, or after other jobs.
struct Schedule {
  std::string says;           ///< as the file says it: "03:15, school days"
  std::optional<Cron> times;  ///< `at` or `cron`, in the district's time zone
  std::vector<std::string>
      after;                    ///< jobs that must have ended well on the same day; without times
  bool on_school_days = false;  ///< only on the instructional days of the calendar
  Overlap overlap = Overlap::skip;  ///< while its last run still runs
  int64_t catch_up_minutes = 0;     ///< a run missed by no more than this is made up, once
  int64_t jitter_minutes = 0;       ///< starts up to so much later, each run by another share of it
  std::optional<int32_t>
      done_by;              ///< minute of the day; a run that has not ended well by then is late
  int64_t pause_after = 5;  ///< failed runs in a row after which it pauses; 0: never
};

struct Job {
  std::string name;
  std::vector<std::string> sources;       ///< empty: all
  std::vector<std::string> destinations;  ///< empty with has_destinations: none
  bool all_sources = true;
  bool all_destinations = true;
  int64_t tolerate_new = 20;
  double tolerate_of_stream = 0.005;
  bool reads_everything = false;     ///< full: true
  bool purges = false;               ///< purge: true
  std::optional<Schedule> schedule;  ///< nothing: somebody else starts it
  Place place;
};

/// First and last day, both included.
struct Dates {
  int32_t first = 0;
  int32_t last = 0;
  bool has(int32_t day) const { return first <= day && day <= last; }
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

/// Where the code of plugins runs.
enum class Carrier : uint8_t {
  trusted,  ///< plugins that came with the program or are signed by a trusted key inside it, all
            ///< others in a runner each
  runner    ///< every plugin in a runner of its own
};

struct Plugins {
  Carrier carrier = Carrier::trusted;
  std::vector<std::filesystem::path> trust;  ///< files with the public keys of publishers
  bool allows_unsigned = false;              ///< for developing: strangers run, in runners
};

enum class MailSecurity : uint8_t { none, starttls, tls };

/// Who is told when a run did not end as it should, and how.
struct Alerts {
  std::vector<std::string> when;  ///< of partial, failed, brake, late
  std::vector<std::string> to;    ///< e-mail addresses; empty: no mail
  std::string from;
  std::string mail_host = "localhost";
  int64_t mail_port = 25;
  MailSecurity mail_security = MailSecurity::none;
  std::string mail_user;      ///< empty: no sign-in
  std::string mail_password;  ///< name of a secret
  std::string webhook;        ///< URL; empty: none
  std::string signing_key;    ///< name of a secret; empty: the calls are not signed
};

/// Where the root key of the key file is kept; nothing set: in the key file itself.
struct RootKey {
  std::filesystem::path file;
  std::vector<std::string> command;
  std::filesystem::path environment;
  std::string name;  ///< of the line in `environment`
};

/// What a finding on a value does to the trust in it: merge::Findings.
enum class Findings : uint8_t { lower, last, ignored };

struct Workspace {
  std::filesystem::path folder;
  std::string district, state, time_zone;
  std::string tenant_id;  ///< as `init` wrote it; empty: made from district and state
  std::map<std::string, std::string>
      parameters;  ///< after --set; has data, store, keys, out, mode, deliver, run_date
  RootKey root_key;
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
  Retention retention;
  Limits limits;
  Plugins plugins;
  Alerts alerts;
  std::string meaning;  ///< of the file, for the configuration digest; without --set
};

/// Reads `folder`/homeroom.yaml with the parameters given on the command line. `${name}` stands for
/// a declared parameter, in values only; an unknown one is refused with "did you mean". Paths that
/// are not absolute are taken from the workspace folder, those of --set from the current folder.
Workspace load_workspace(const std::filesystem::path& folder,
                         const std::map<std::string, std::string>& set);

}  // namespace homeroom::settings
