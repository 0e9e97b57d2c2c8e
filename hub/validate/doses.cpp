#include "hub/validate/doses.hpp"

#include <algorithm>

namespace homeroom::validate {

namespace {

struct Counted {
  int64_t doses = 0;
  int32_t first = 0;
  int32_t last = 0;
};

/// Whether a dose on this day is the next that counts. Where a birth date is needed and not known,
/// it is not.
bool counts(const Series& series, const Counted& so_far, int32_t day, std::optional<int32_t> born) {
  auto number = std::min(static_cast<std::size_t>(so_far.doses), series.doses.size() - 1);
  const auto& needs = series.doses[number];
  if (so_far.doses > 0 && day == so_far.last) return false;
  if (needs.age && (!born || day < later(*born, *needs.age))) return false;
  if (so_far.doses == 0) return true;
  if (needs.after && day < later(so_far.last, *needs.after)) return false;
  return !needs.after_first || day >= later(so_far.first, *needs.after_first);
}

}  // namespace

DoseColumns count_doses(const Series& series, const Part& part, const record::Column& dates,
                        const std::vector<uint8_t>& is_dose, const record::Column& born,
                        uint32_t count, record::Arena& arena) {
  std::vector<Counted> counted(count);
  for (std::size_t i = 0; i < part.rows.size(); ++i) {
    auto student = part.students[i];
    if (student == none || !is_dose[i] || !dates.is_valid(part.rows[i])) continue;
    auto day = dates.at<int32_t>(part.rows[i]);
    bool has_born = born.values && born.is_valid(student);
    auto& so_far = counted[student];
    if (!counts(series, so_far, day,
                has_born ? std::optional(born.at<int32_t>(student)) : std::nullopt))
      continue;
    if (so_far.doses++ == 0) so_far.first = day;
    so_far.last = day;
  }
  auto* doses = arena.many<int64_t>(count);
  auto* first = arena.many<int32_t>(count);
  auto* last = arena.many<int32_t>(count);
  auto* has_any = arena.many<uint8_t>(count);
  for (uint32_t s = 0; s < count; ++s) {
    doses[s] = counted[s].doses;
    first[s] = counted[s].first;
    last[s] = counted[s].last;
    has_any[s] = counted[s].doses > 0;
  }
  return {{record::Type::integer, 1, doses, nullptr, nullptr},
          {record::Type::date, 1, first, has_any, nullptr},
          {record::Type::date, 1, last, has_any, nullptr}};
}

}  // namespace homeroom::validate
