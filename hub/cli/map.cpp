// The verbs of mapping files: propose, apply, test and lint them, without a store.
#include "hub/cli/map_files.hpp"
#include "hub/cli/verbs.hpp"

namespace homeroom::cli {

void add_map(const Command& top, Context& context) {
  auto map = top.add("map", "Mapping files: propose, apply, test and lint them");
  map.needs_verb();
  add_map_new(map, context);
  add_map_run(map, context);
  add_map_test(map, context);
  add_map_lint(map, context);
  add_map_coverage(map, context);
  add_functions(map, context);
}

}  // namespace homeroom::cli
