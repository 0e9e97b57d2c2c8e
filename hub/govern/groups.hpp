// Groups: which children a destination is about, as an expression over what the profile says.
//   enrollment.active                         a student field or one of the names below is a column
//   coordinator is not null and consents('success-plan')
// Columns: the student's text, boolean, integer and date fields; `enrollment.active`; `coordinator`
// ('yes' or null); functions consents('SCOPE') and caseload('ROLE').
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "hub/govern/facts.hpp"
#include "hub/record/model.hpp"
#include "hub/settings/workspace.hpp"

namespace homeroom::govern {

class Group {
 public:
  /// Throws at the group's place for an expression that cannot be understood or is not yes or no.
  Group(const settings::Group& group, const record::Model& model, int32_t run_date);
  ~Group();
  Group(Group&&) noexcept;

  /// Null counts as no. Answers are remembered by the values that the expression reads.
  bool includes(std::string_view rows, const Facts& facts);
  /// Whether the answer may be another one tomorrow because the expression asks for the day.
  bool asks_for_the_day() const { return asks_for_the_day_; }

 private:
  struct State;
  std::unique_ptr<State> state_;
  bool asks_for_the_day_ = false;
};

}  // namespace homeroom::govern
