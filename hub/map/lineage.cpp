// Which stream rows stand behind a row that came out.
#include <algorithm>
#include <set>

#include "hub/map/rows.hpp"

namespace homeroom::map {

namespace {

class Search {
 public:
  void add(const std::vector<Part>& parts, const std::vector<Folded>& folded, uint32_t at) {
    for (const auto& part : parts) {
      SourceRow row{part.stream, part.rows[at]};
      if (row.row != no_row && seen_.insert(row).second) rows.push_back(row);
    }
    for (const auto& fold : folded) {
      if (fold.group_of[at] == no_row) continue;
      for (uint32_t i = 0; i < fold.from->rows; ++i)
        if (fold.from->into[i] == fold.group_of[at]) add(fold.from->parts, fold.from->folded, i);
    }
  }

  std::vector<SourceRow> rows;

 private:
  std::set<SourceRow> seen_;
};

}  // namespace

namespace {

/// `tags` say for each row whether somebody asks about it, and as what.
void each_tagged(const std::vector<Part>& parts, const std::vector<Folded>& folded,
                 const std::vector<std::size_t>& tags,
                 const std::function<void(std::size_t, SourceRow)>& take) {
  constexpr auto untold = SIZE_MAX;
  std::vector<uint8_t> is_folded(tags.size(), 0);
  for (const auto& fold : folded) {
    if (!fold.is_base) continue;
    const auto& from = *fold.from;
    if (from.is_far()) {
      for (uint32_t row = 0; row < tags.size(); ++row)
        if (tags[row] != untold && fold.group_of[row] != no_row) {
          is_folded[row] = 1;
          take(tags[row], {from.far_stream, fold.group_of[row]});
        }
      continue;
    }
    std::vector<std::size_t> of_group(from.groups, untold);
    for (uint32_t row = 0; row < tags.size(); ++row)
      if (tags[row] != untold && fold.group_of[row] != no_row) {
        of_group[fold.group_of[row]] = tags[row];
        is_folded[row] = 1;
      }
    std::vector<std::size_t> behind(from.rows);
    for (uint32_t row = 0; row < from.rows; ++row) behind[row] = of_group[from.into[row]];
    each_tagged(from.parts, from.folded, behind, take);
  }
  for (uint32_t row = 0; row < tags.size(); ++row) {
    if (tags[row] == untold || is_folded[row]) continue;
    const auto& part = parts[base_of(parts, row)];
    if (part.rows[row] != no_row) take(tags[row], {part.stream, part.rows[row]});
  }
}

}  // namespace

void each_base(const std::vector<Part>& parts, const std::vector<Folded>& folded,
               const std::vector<uint32_t>& rows,
               const std::function<void(std::size_t, SourceRow)>& take) {
  if (rows.empty()) return;
  std::vector<std::size_t> tags(*std::ranges::max_element(rows) + 1ull, SIZE_MAX);
  for (std::size_t i = 0; i < rows.size(); ++i) tags[rows[i]] = i;
  each_tagged(parts, folded, tags, take);
}

std::vector<SourceRow> Lineage::of(uint32_t row) const {
  Search search;
  search.add(parts, folded, at ? at[row] : row);
  return std::move(search.rows);
}

}  // namespace homeroom::map
