#include "hub/flow/explained_pair.hpp"

namespace homeroom::flow {

ExplainedPair explained(const resolve::Comparisons& comparisons,
                        const resolve::PairWeight& weight) {
  ExplainedPair made;
  for (const auto& field : weight.fields) {
    const auto& what = comparisons.all()[field.comparison];
    made.fields.push_back({what.name, std::string(resolve::level_names(what.what)[field.level]),
                           field.stranger, field.home, field.rarity});
  }
  made.start_stranger = weight.start_stranger;
  made.start_home = weight.start_home;
  made.weight = weight.weight;
  return made;
}

}  // namespace homeroom::flow
