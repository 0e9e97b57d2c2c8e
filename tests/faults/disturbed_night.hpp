// A district of 60 students with a tool that is told of each, whose nights are disturbed in many
// places; each time the next night, in peace, must end as if nothing had been.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/faults/in_memory.hpp"
#include "tests/faults/long_form.hpp"
#include "tests/faults/plans_tool.hpp"

namespace homeroom::flows {

/// What is disturbed: a command on a store that stands as `start`, with one day's files.
struct Deed {
  std::string start, day, verb = "run nightly";
};

/// Runs a command line and harms it on its way; false when it ended before it was harmed.
struct Disturbance {
  std::string says;
  std::function<bool(const std::string& line)> strike;
};

/// Everything somebody can see when a night is over.
struct Seen {
  std::string store;
  std::map<std::string, std::string> files;
  ToolBooks tool;
};

struct Tally {
  std::size_t of = 0, places = 0, struck = 0, lost = 0, doubled = 0, wrong = 0;
};

class DisturbedNight : public testing::Test {
 protected:
  static constexpr uint64_t students = 60;

  DisturbedNight();

  std::string line(const Deed& deed) const {
    return district_.command(store, deed.day, deed.verb + " >/dev/null 2>&1");
  }
  fs::path at(const std::string& file) const { return district_.folder() / file; }

  /// The one place where nights are: a folder with the store, its keys and what it wrote. It is put
  /// away under a name, with what the tool was told, and comes back so; "nothing" is no folder.
  void put_away(const std::string& as);
  void begin_as(const std::string& from);
  /// One night without faults: true when it ended well.
  testing::AssertionResult night(const std::string& day) const;
  Seen seen() const;
  /// What its store says.
  virtual std::string content() const;
  Seen undisturbed(const Deed& deed);

  void make_keys();         ///< puts "keys" away
  void make_first_night();  ///< puts "first" away

  /// Strikes the deed, and its repetition with each further disturbance; then nights end in peace,
  /// as `calm`. Without `calm` keys were drawn anew: then as a store with the same keys.
  void disturb(const Deed& deed, const std::vector<const Disturbance*>& by, const Seen* calm);
  /// Each alone, or of so many about `in_short`; in the long form also each with one more.
  void disturb_everywhere(const Deed& deed, const std::vector<Disturbance>& all,
                          std::size_t in_short, const Seen* calm);
  /// What can be done to a deed.
  using Harms = std::function<std::vector<Disturbance>(const Deed&)>;
  /// All of it: makes what the deed begins with, disturbs it everywhere, and tells. There are at
  /// least so many.
  void expect_mended(const Deed& deed, const Harms& harms, std::size_t least, std::size_t in_short);
  /// Counts in what way they differ.
  void compare(const Seen& is, const Seen& should, const std::string& where);
  /// Writes the figures; nothing may be lost, doubled or wrong.
  void tell();

  static constexpr const char* store = "place/hub";

  InMemory in_memory_;
  District district_{students};
  std::map<std::string, ToolBooks> told_;  ///< by name of what was put away
  TakingTool tool_;
  Tally tally_;
};

}  // namespace homeroom::flows
