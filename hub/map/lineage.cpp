// Which stream rows stand behind a row that came out.
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

std::vector<SourceRow> Lineage::of(uint32_t row) const {
  Search search;
  search.add(parts, folded, at ? at[row] : row);
  return std::move(search.rows);
}

}  // namespace homeroom::map
