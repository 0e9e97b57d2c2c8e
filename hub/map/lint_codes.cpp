#include <algorithm>
#include <set>

#include "hub/map/coverage.hpp"
#include "hub/map/expression_parts.hpp"
#include "hub/map/lint_parts.hpp"
#include "hub/map/map.hpp"

namespace homeroom::map {

namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

class CodeLinter {
 public:
  CodeLinter(const Plan& plan, const record::Model& model, const settings::Node& root,
             std::vector<Remark>& remarks)
      : plan_(plan), model_(model), root_(root), remarks_(remarks) {}

  void run() {
    for (const auto& entity : plan_.entities) {
      const auto& of = model_.entities[entity.entity];
      for (const auto& field : entity.fields) {
        const auto* options = model_.option_set(of.fields[field.field].options);
        if (!options || !field.value) continue;
        for (const auto& call : parts_of(field.value->text).codes)
          if (!call.is_compared && done_.emplace(call.list, options->name).second)
            look(call.list, *options);
      }
    }
  }

 private:
  void look(const std::string& list, const record::OptionSet& options) {
    auto table = plan_.codes.find(list);
    if (table == plan_.codes.end()) return;
    std::set<std::string> given;
    auto row = [&](const std::string& code, const std::string& value) {
      given.insert(value);
      bool is_known =
          value.empty() || std::ranges::find(options.codes, value) != options.codes.end();
      if (is_known) return;
      auto near = settings::did_you_mean(value, options.codes);
      remarks_.push_back(
          {false, plan_.code_places.at(list).at({code, value}),
           "the row " + code + " gives " + value + ", which is not among " + options.name +
               (near ? ", did you mean " + *near + "?" : ": " + joined(options.codes))});
    };
    for (const auto& [code, value] : table->second.codes) row(code, value);
    for (const auto& [code, rows] : table->second.dated)
      for (const auto& each : rows) row(code, each.value);
    std::vector<std::string> missing;
    for (const auto& code : options.codes)
      if (!given.contains(code)) missing.push_back(code);
    if (!missing.empty())
      remarks_.push_back({false, place_of(list),
                          "no row of " + list + " gives " + joined(missing) + " of " + options.name,
                          Remark::Kind::note});
  }

  settings::Place place_of(const std::string& list) const {
    for (const auto& [key, node] : root_.find("codes").entries())
      if (key.text() == list) return key.place();
    return {plan_.file.string(), 0, 0};
  }

  const Plan& plan_;
  const record::Model& model_;
  const settings::Node& root_;
  std::vector<Remark>& remarks_;
  std::set<std::pair<std::string, std::string>> done_;
};

}  // namespace

void lint_codes(const Plan& plan, const record::Model& model, const settings::Node& root,
                std::vector<Remark>& remarks) {
  CodeLinter(plan, model, root, remarks).run();
}

std::vector<Remark> lint_of(const Coverage& coverage) {
  std::vector<Remark> remarks;
  for (const auto& use : coverage.codes) {
    std::vector<std::string> codes;
    for (const auto& seen : use.unmapped)
      codes.push_back(seen.code + " (" + std::to_string(seen.rows) + ")");
    if (!codes.empty())
      remarks.push_back({false, use.unmapped_at,
                         "codes of the source that " + use.list +
                             " has no row for, with rows: " + joined(codes)});
  }
  return remarks;
}

}  // namespace homeroom::map
