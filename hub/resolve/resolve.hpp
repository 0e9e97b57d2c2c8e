// resolve: which records of other sources speak of which student. First form: exact identifiers and
// conservative deterministic passes over names, birth date, home. Pure functions over features;
// the same features give the same links whatever their order. Precision before recall: joining two
// children's records is the worse error.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hub/record/model.hpp"
#include "hub/record/row.hpp"

namespace homeroom::resolve {

/// What of a `student` row matching looks at, normalised. Owned, small; kept sealed between runs.
struct Features {
  std::string district_number;  ///< identifiers.district
  std::string state_id;         ///< identifiers.state
  std::string first;  ///< letters only, lower case, accents folded; spaces between given names
  std::string middle;
  std::string last;  ///< the same; parts of two-surname and hyphenated names separated by a blank
  std::optional<int32_t> birth_date;  ///< days since 1970-01-01
  char sex = 0;                       ///< 'F', 'M', 'X' or 0
  std::string postal;
  std::string phone;   ///< E.164
  std::string street;  ///< number and street name, lower case

  bool operator==(const Features&) const = default;
};

/// Reads the features out of a canonical student row.
class FeatureReader {
 public:
  explicit FeatureReader(const record::Model& model);
  Features read(const record::RowView& student) const;

 private:
  std::vector<int8_t> slots_;  ///< by field of `student`: the feature it fills, or -1
};

/// Compact bytes of features for storage, and back.
void pack(const Features& features, std::string& out);
Features unpack(std::string_view& bytes);

enum class Evidence : uint8_t { none, plain, strong };

/// The answer for one record: a student of the roster, or nobody.
struct Link {
  uint32_t student = nobody;  ///< index into the roster given
  Evidence evidence = Evidence::none;
  uint8_t rule = 0;  ///< index into rules()
  bool is_for_review =
      false;  ///< a student was near but not sure: `student` is nobody, a person decides
  uint32_t candidate = nobody;
  float weight = 0;  ///< log2 of the odds that the two are one; 0: the matcher tells none
  static constexpr uint32_t nobody = UINT32_MAX;
};

/// The passes in the order they are tried, as explain says them: "by district student number".
struct Rule {
  std::string name;
  std::string says;
  Evidence evidence;
};

/// What people said is not one child: (index of the record, index of the student).
using Apart = std::span<const std::pair<uint32_t, uint32_t>>;

/// Something that links records of any source to the roster; probabilistic linking takes its place.
class Matcher {
 public:
  virtual ~Matcher() = default;
  virtual const std::vector<Rule>& rules() const = 0;
  /// Text that changes when the meaning of matching does.
  virtual const std::string& digest() const = 0;
  /// One link for each record of one source. `is_unique`: the source holds a child once, so that
  /// two of its records never link to one student (the better evidence stays, ties link nobody).
  /// `apart`, sorted: students a record is neither linked to nor shown beside, as if they were not
  /// on the roster for it.
  virtual std::vector<Link> match(std::span<const Features> records, bool is_unique,
                                  Apart apart) const = 0;
  std::vector<Link> match(std::span<const Features> records, bool is_unique) const {
    return match(records, is_unique, {});
  }
};

/// Tells the features of one student, by its index.
using ReadStudent = std::function<Features(std::size_t student)>;

/// Indexes `students` students for the deterministic passes. Each is read once, here: of a million
/// only numbers and names stay in memory.
std::unique_ptr<Matcher> deterministic(std::size_t students, const ReadStudent& read);
/// The same over a roster in hand, which need not outlive the call.
std::unique_ptr<Matcher> deterministic(std::span<const Features> roster);

/// "p-xxxx-xxxx-xxxx-xxxx" of the first 80 bits of a keyed hash (base 32 without 0, 1, 8, 9
/// look-alikes).
std::string person_id(std::string_view hash);

}  // namespace homeroom::resolve
