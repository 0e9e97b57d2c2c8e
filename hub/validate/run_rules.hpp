// RunRules: rules about a whole run: what is counted over all students, and against the earlier
// run.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "hub/validate/glance.hpp"
#include "hub/validate/tally.hpp"

namespace homeroom::validate {

class RunRules {
 public:
  /// `rules`: indexes into the plan's rules, of those that are about runs and can be checked.
  RunRules(const Pack::Plan& plan, const std::vector<uint32_t>& rules);

  /// All students may come in parts: see() before the first look at a part, leave() before it goes.
  void see(const GivenRows& given);
  void look(Glance& glance, const GivenRows& given);
  void leave();

  struct Hit {
    uint32_t rule;
    std::string group;
  };
  /// What is wrong, when all students were looked at; groups by their names.
  std::vector<Hit> judge(const Before* before, record::Arena& arena);
  /// "RULE/measure/group" -> number, of everything that was counted.
  std::map<std::string, std::string> measures(record::Arena& arena) const;

 private:
  struct Counted {
    uint32_t rule;
    std::map<std::string, uint32_t> groups;
    std::vector<Tally> tallies;  ///< one a measure of the rule
  };
  uint32_t group_of(Counted& counted, const record::Column& per, uint32_t row);
  uint32_t add_group(Counted& counted, const std::string& name);
  void add_groups_of(const Before& before, Counted& counted);
  void judge(Counted& counted, const Before* before, record::Arena& arena, std::vector<Hit>& hits);
  std::string key(const Counted& counted, uint32_t measure, const std::string& group) const;

  const Pack::Plan& plan_;
  std::vector<Counted> counted_;
};

}  // namespace homeroom::validate
