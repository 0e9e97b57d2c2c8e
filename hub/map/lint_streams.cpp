#include <algorithm>

#include "hub/map/lint_parts.hpp"

namespace homeroom::map {

namespace {

class StreamLinter {
 public:
  StreamLinter(const Plan& plan, const settings::Node& root, const std::vector<SeenStream>& seen,
               const std::function<settings::Place(uint32_t, const std::string&)>& place_of,
               std::vector<Remark>& remarks)
      : plan_(plan), root_(root), seen_(seen), place_of_(place_of), remarks_(remarks) {}

  void run() {
    auto reads = root_.find("reads").entries();
    for (uint32_t s = 0; s < plan_.reads.size(); ++s) look_at(s, reads[s].first);
    for (const auto& table : plan_.tables) look_at(table);
  }

 private:
  const SeenStream* seen(const std::string& stream) const {
    auto found = std::ranges::find_if(
        seen_, [&](const SeenStream& each) { return each.shape.stream == stream; });
    return found == seen_.end() ? nullptr : &*found;
  }

  void look_at(uint32_t s, const settings::Node& key) {
    const auto& reads = plan_.reads[s];
    const auto* there = seen(reads.stream);
    if (!there) {
      std::vector<std::string> names;
      for (const auto& stream : seen_) names.push_back(stream.shape.stream);
      auto near = settings::did_you_mean(reads.stream, names);
      remarks_.push_back({!reads.is_optional, key.place(),
                          "the source has no stream " + reads.stream +
                              (near ? ", did you mean " + *near + "?" : ""),
                          reads.is_optional ? Remark::Kind::note : Remark::Kind::doubt});
      return;
    }
    if (there->columns.empty()) return;  // told only while it is read
    std::vector<std::string> names;
    for (const auto& column : there->columns) names.push_back(column.name());
    for (const auto& column : reads.columns) {
      if (std::ranges::find(names, column.name) != names.end()) continue;
      auto near = settings::did_you_mean(column.name, names);
      remarks_.push_back({!column.is_optional, place_of_(s, column.name),
                          reads.stream + " has no column " + column.name +
                              (near ? ", did you mean " + *near + "?" : ""),
                          column.is_optional ? Remark::Kind::note : Remark::Kind::doubt});
    }
  }

  /// What a step over the rows of several students costs.
  void look_at(const Table& table) {
    Origin origin = table.from;
    while (origin.is_table) origin = plan_.tables[origin.index].from;
    const auto& stream = plan_.reads[origin.index].stream;
    const auto* there = seen(stream);
    for (const auto& step : table.steps) {
      if (step.cost != StepClass::global) continue;
      auto says = std::string("rows of several students meet in this ") + word(step.kind) +
                  ": one that changes maps all of " + stream + " that meet again";
      if (there && there->rows > 0)
        says += ", " + std::string(there->is_whole ? "" : "more than ") +
                std::to_string(there->rows) + " rows";
      remarks_.push_back({false, step.place, says, Remark::Kind::cost});
    }
  }

  const Plan& plan_;
  const settings::Node& root_;
  const std::vector<SeenStream>& seen_;
  const std::function<settings::Place(uint32_t, const std::string&)>& place_of_;
  std::vector<Remark>& remarks_;
};

}  // namespace

void lint_streams(const Plan& plan, const settings::Node& root, const std::vector<SeenStream>& seen,
                  const std::function<settings::Place(uint32_t, const std::string&)>& place_of,
                  std::vector<Remark>& remarks) {
  if (!seen.empty()) StreamLinter(plan, root, seen, place_of, remarks).run();
}

}  // namespace homeroom::map
