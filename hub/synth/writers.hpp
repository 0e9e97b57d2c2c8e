// Who writes what of a student into the day's rows.
#pragma once

#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "hub/synth/day_files.hpp"
#include "hub/synth/people.hpp"

namespace homeroom::synth {

/// A student as one day sees them.
struct Seen {
  uint64_t seed = 0;
  Person person;
  Family family;
  Change change;        ///< nothing on day 1
  bool is_new = false;  ///< came on day 2
};

/// Source and key of each record written, for truth.csv; source "refuse": a victim service
/// provider's.
using Keys = std::vector<std::pair<std::string, std::string>>;

/// What the district knows of a student beside the roster.
struct Facts {
  std::string language, lunch;
  bool has_iep = false, has_504 = false, learns_english = false;
  int entry = 0;
};
Facts facts(uint64_t seed, uint64_t person);

void write_roster(const Seen& seen, Rows& rows, Keys& keys);
void write_school_days(const Seen& seen, Rows& rows);
void write_spans(const Seen& seen, Rows& rows);
void write_forms(const Seen& seen, Rows& rows);
void write_clinic(const Seen& seen, Rows& rows, Keys& keys);
void write_shelter(const Seen& seen, Rows& rows, Keys& keys);
void write_referrals(const Seen& seen, Rows& rows, Keys& keys);

void write_guardians(uint64_t seed, const Family& family, const Person& eldest,
                     const std::vector<uint64_t>& children, Rows& rows);
/// Organizations, terms, courses and staff. One school after another; `school` numbers from 0.
void write_district_rows(Rows& rows);
void write_school(uint64_t seed, uint64_t school, Rows& rows);
void write_agencies(Rows& rows, bool is_day2, bool is_delta);
/// A patient and a client of social services who are no students here.
void write_stranger(uint64_t seed, uint64_t which, Rows& rows, Keys& keys);

/// The error planted into enrollment_spans.csv for this student.
struct Planted {
  std::string kind, key, what;  ///< kind is empty where nothing is planted
};
Planted planted(uint64_t seed, const Person& person);

inline constexpr const char* bulk_time = "2026-01-12T05:00:00.000Z";
inline constexpr const char* delta_time = "2026-01-13T05:00:00.000Z";

template <typename... Values>
void put(std::string& into, fmt::format_string<Values...> form, Values&&... values) {
  fmt::format_to(std::back_inserter(into), form, std::forward<Values>(values)...);
}

}  // namespace homeroom::synth
