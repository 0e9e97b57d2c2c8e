#include "hub/validate/spans.hpp"

#include <algorithm>
#include <limits>

namespace homeroom::validate {

namespace {

using record::Column;
using Check = Rule::Check;

class Walk {
 public:
  Walk(const Rule& rule, const GivenRows& given) : rule_(rule) {
    const auto& fields = rule.check == Check::same ? rule.fields : rule.by;
    for (auto field : fields) same_.push_back(given.field(*rule.entity, field));
    if (rule.check == Check::same) return;
    start_ = given.field(*rule.entity, rule.start);
    end_ = given.field(*rule.entity, rule.end);
  }

  /// Looks at the next row; the row it collides with, or none.
  uint32_t step(uint32_t row, bool is_other_student) {
    bool is_apart = is_other_student || last_ == none || !are_same(row, last_);
    if (rule_.check == Check::same) {
      if (is_apart) first_ = row;
      last_ = row;
      return is_apart || says_nothing(row) ? none : first_;
    }
    if (!start_.is_valid(row)) {
      if (is_other_student)
        last_ = none;  // what follows is not measured against the student before
      return none;
    }
    uint32_t beside = is_apart ? none : against_earlier(start_.at<int32_t>(row));
    int64_t end = end_.is_valid(row) ? end_.at<int32_t>(row) : std::numeric_limits<int64_t>::max();
    if (is_apart || end > until_) {
      until_ = end;
      first_ = row;
    }
    last_ = row;
    return beside;
  }

 private:
  bool are_same(uint32_t a, uint32_t b) const {
    return std::ranges::all_of(same_, [&](const Column& column) { return is_same(column, a, b); });
  }
  bool says_nothing(uint32_t row) const {
    return std::ranges::none_of(same_, [&](const Column& column) { return column.is_valid(row); });
  }
  /// `until_` is the last day of all spans so far, `first_` the row that it is of.
  uint32_t against_earlier(int32_t start) const {
    bool overlaps = start <= until_;
    if (rule_.check == Check::overlap) return overlaps ? first_ : none;
    return !overlaps && start - until_ - 1 > rule_.days ? first_ : none;
  }

  const Rule& rule_;
  std::vector<Column> same_;
  Column start_, end_;
  uint32_t last_ = none;
  uint32_t first_ = none;
  int64_t until_ = 0;
};

}  // namespace

std::vector<Collision> collisions(const Rule& rule, const GivenRows& given, const Part& part,
                                  const std::vector<uint8_t>& is_meant) {
  std::vector<Collision> out;
  Walk walk(rule, given);
  uint32_t student = none;
  bool is_first = true;
  for (uint32_t i = 0; i < part.rows.size(); ++i) {
    if (!is_meant[i]) continue;
    bool is_other = is_first || part.students[i] != student;
    student = part.students[i];
    is_first = false;
    if (auto beside = walk.step(part.rows[i], is_other); beside != none) out.push_back({i, beside});
  }
  return out;
}

}  // namespace homeroom::validate
