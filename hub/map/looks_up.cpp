// Which reference streams rows about children look rows up in by their key, and need nothing else
// of.
#include <set>

#include "hub/map/plan.hpp"

namespace homeroom::map {

namespace {

class Uses {
 public:
  Uses(const Plan& plan, uint32_t stream) : plan_(plan), stream_(stream) {}

  bool are_by_key() {
    for (const auto& entity : plan_.entities)
      if (!plan_.shapes[root_of(entity.table)].is_reference) look_at(entity.table);
    return are_by_key_;
  }

 private:
  uint32_t root_of(uint32_t table) const {
    Origin origin{true, table};
    while (origin.is_table) origin = plan_.tables[origin.index].from;
    return origin.index;
  }

  void look_at(const Origin& origin) {
    if (origin.is_table)
      look_at(origin.index);
    else
      are_by_key_ &= origin.index != stream_;
  }

  void look_at(uint32_t table) {
    if (!seen_.insert(table).second) return;
    const auto& of = plan_.tables[table];
    look_at(of.from);
    for (const auto& step : of.steps) {
      if (step.kind == Step::Kind::union_with) look_at(step.other);
      if (step.kind == Step::Kind::join && !is_by_key(step.join)) look_at(step.join.target);
    }
  }

  bool is_by_key(const Join& join) const {
    if (!join.is_reference || join.target_columns.size() != 1) return false;
    const auto& key = plan_.shapes[join.target.index].key;
    const auto& columns = plan_.reads[join.target.index].columns;
    return key.size() == 1 && columns[join.target_columns.front()].name == key.front();
  }

  const Plan& plan_;
  uint32_t stream_;
  std::set<uint32_t> seen_;
  bool are_by_key_ = true;
};

}  // namespace

void mark_looked_up(Plan& plan) {
  plan.looked_up.assign(plan.reads.size(), 0);
  for (uint32_t stream = 0; stream < plan.shapes.size(); ++stream)
    plan.looked_up[stream] = plan.shapes[stream].is_reference && Uses(plan, stream).are_by_key();
}

}  // namespace homeroom::map
