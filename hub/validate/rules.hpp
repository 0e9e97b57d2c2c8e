// Rule packs: what a state or a district wants to be true of canonical rows, of the rows of one
// student and of a whole run, as data. A pack is compiled once; rows are handed in from anywhere;
// what is wrong comes out as findings that name a student's record number, the field and the place,
// and never a value.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hub/record/finding.hpp"
#include "hub/record/model.hpp"
#include "hub/validate/findings.hpp"

namespace homeroom::map {
struct EntityRows;
}
namespace homeroom::record {
class Scratch;
}

namespace homeroom::validate {

/// What people read of a rule.
struct RuleText {
  std::string id;
  std::string code;  ///< the state's own code for it, empty if there is none
  record::Severity severity = record::Severity::warning;
  std::string says;    ///< what is wrong, in one sentence
  std::string remedy;  ///< what to do about it
  std::string owner;   ///< whose work that is
  std::string source;  ///< where the rule comes from
  int64_t fiscal_year = 0;
  bool is_verified = true;  ///< its source was seen
  std::string off;          ///< why it is off until turned on, empty otherwise
  bool is_on = true;
  std::string entity;
  std::string field;  ///< empty where the whole row is meant
};

struct PackFiles {
  std::filesystem::path pack;
  std::filesystem::path model;      ///< configs/model.yaml
  std::filesystem::path extension;  ///< a district's own additions to it, or empty
};

/// Rules a district turns on or off by id; "all" turns on every rule of the pack.
struct Switches {
  std::vector<std::string> on, off;
};

class Pack {
 public:
  /// Reads and compiles a pack. Throws fix_settings with file, line and column of the first
  /// mistake. `parameters` must hold run_date (YYYY-MM-DD) and school_year.
  static Pack load(const PackFiles& files, const Switches& switches,
                   const std::map<std::string, std::string>& parameters);
  ~Pack();
  Pack(Pack&&) noexcept;

  const std::string& name() const;
  const record::Model& model() const;
  std::vector<RuleText> rules() const;
  /// A rule that is on asks what a profile said before: Given::read_profile_before().
  bool reads_profiles_before() const;

  struct Plan;
  Plan& plan() const { return *plan_; }

 private:
  explicit Pack(std::unique_ptr<Plan> plan);
  std::unique_ptr<Plan> plan_;
};

struct GivenRows;
class GivenParts;

/// Rows to be checked. Only the fields that rules ask for are kept.
class Given {
 public:
  /// `pack` must outlive it.
  explicit Given(const Pack& pack);
  ~Given();
  Given(Given&&) noexcept;

  /// Names a place for later rows: the source, its stream and the file they stand in.
  uint32_t origin(std::string source, std::string stream, std::string file);
  /// Says that an entity was looked for, though it may have no rows.
  void expect(record::EntityId entity);
  /// Takes rows of a mapping; `place` answers origin and line of a row.
  void add(const map::EntityRows& rows,
           const std::function<std::pair<uint32_t, uint32_t>(uint32_t row)>& place);
  /// A value that stood there and could not be read. `student` may be empty.
  void add_unreadable(record::EntityId entity, const std::string& field, std::string_view student,
                      uint32_t origin, uint32_t line);
  /// Reads ENTITY.ndjson as `map run` writes it. Throws not_readable with file and line.
  void read_rows(record::EntityId entity, const std::string& source,
                 const std::filesystem::path& file);
  /// Reads profiles, one JSON document a line, as a destination gets them.
  void read_profiles(const std::string& source, const std::filesystem::path& file);
  /// The same of one document in memory; the line of a row is its number in the profile among those
  /// of its entity, from 1.
  void read_profile(std::string_view json, uint32_t origin);
  /// Says that profiles before this run are known; a student without one is new.
  void expect_profiles_before();
  /// A profile as it stood before this run, for rules that compare. They stay in memory.
  void read_profile_before(std::string_view json);

  /// From now on rows that do not fit into its budget go there; before any row, and `scratch`
  /// outlives it.
  void spill_to(record::Scratch& scratch);

  GivenRows& kept() const { return *kept_; }
  const GivenRows* before() const { return before_.get(); }
  GivenParts* parts() const { return parts_.get(); }
  record::Scratch* scratch() const { return scratch_; }

 private:
  void count_row();
  void keep_to_budget();

  const Pack& pack_;
  std::unique_ptr<GivenRows> kept_;
  std::unique_ptr<GivenRows> before_;  ///< nothing: not known
  std::unique_ptr<GivenParts> parts_;
  record::Scratch* scratch_ = nullptr;
  uint64_t rows_ = 0;
};

struct RuleCount {
  uint64_t findings = 0;
  uint64_t students = 0;
  double fte = 0;           ///< of those students together
  std::string not_checked;  ///< why, where it was not: "no rows of organization were given"
};

struct Verdict {
  std::string pack, says;
  int64_t fiscal_year = 0;
  std::string run_date;
  std::vector<RuleText> rules;
  std::vector<RuleCount> counts;  ///< by rule
  Findings found;
  std::map<std::string, std::string> school_names;
  std::map<std::string, std::string>
      measures;           ///< of whole runs: "RULE name group" -> number, for the next time
  uint64_t students = 0;  ///< looked at
  uint64_t rows = 0;
  bool is_fte_by_calendar = false;
  bool has_fte = false;
  bool has_before = false;

  uint64_t count(record::Severity severity) const;
  bool has_grave() const {
    return count(record::Severity::critical) + count(record::Severity::fatal) > 0;
  }
};

/// An earlier verdict: what was measured and what was found.
struct Before {
  std::map<std::string, std::string> measures;
  std::vector<uint64_t> found;  ///< hashes of identity_of() each, sorted: eight bytes a finding
  bool has(const std::string& identity) const;
};
/// What makes a finding the same one as in another run: rule, student and field, not the line.
std::string identity_of(const Verdict& verdict, const RuleFound& found);

/// Which rules are looked at.
enum class Reach : uint8_t {
  everything,
  /// Those about one student, but fatal ones of a single row: what a run checks of the profiles
  /// that changed.
  students,
};

/// Runs all rules of that reach that are on. What was found lies in the scratch of `given`, which
/// the verdict must not outlive.
Verdict judge(const Pack& pack, Given& given, const Before* before,
              Reach reach = Reach::everything);

/// Column of a source file that fills a field, as the source calls it; empty when not known.
using ColumnOf = std::function<std::string(const std::string& entity, const std::string& field)>;

struct ReportOptions {
  ColumnOf column_of;
  std::optional<double> amount_per_fte;  ///< the district's own; money is said only with it
};

/// Takes a report piece by piece.
using Write = std::function<void(std::string_view)>;

/// Findings as CSV (RFC 4180), as JSON, and as one HTML page that needs nothing else; no more than
/// a piece of a report is in memory.
void write_csv(const Verdict& verdict, const ReportOptions& options, const Write& write);
void write_json(const Verdict& verdict, const ReportOptions& options, const Write& write);
void write_html(const Verdict& verdict, const ReportOptions& options, const Write& write);
/// Reads what write_json wrote, piece by piece. Throws fix_settings naming `name` when it is
/// something else.
Before before_of(std::istream& json, const std::string& name);

std::string_view word_of(record::Severity severity);

}  // namespace homeroom::validate
