// map run --explain ROW: what became of one row, step by step and field by field.
#include <iostream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "homeroom/error.hpp"
#include "hub/cli/map_files.hpp"
#include "hub/cli/unmask.hpp"
#include "hub/flow/flow.hpp"
#include "hub/map/map.hpp"

namespace homeroom::cli {

namespace {

using nlohmann::ordered_json;

const char* word(map::Fate fate) {
  switch (fate) {
    case map::Fate::filtered:
      return "left out";
    case map::Fate::used:
      return "mapped";
    case map::Fate::set_aside:
      return "set aside";
    case map::Fate::refused:
      return "refused";
  }
  return "";
}

/// Says an explanation; values are only their shape unless somebody may see them.
class Teller {
 public:
  Teller(const flow::MappedFiles& mapped, bool is_shown) : mapped_(mapped), is_shown_(is_shown) {}

  ordered_json json(const map::Explanation& told) const {
    auto rows = ordered_json::array(), steps = ordered_json::array(), made = ordered_json::array(),
         findings = ordered_json::array();
    for (std::size_t i = 0; i < told.rows.size(); ++i) {
      rows.push_back(origin(told.rows[i]));
      rows.back()["fate"] = word(told.fates[i]);
    }
    for (const auto& finding : told.findings)
      findings.push_back(
          {{"field", finding.field}, {"says", finding.says}, {"set_aside", finding.is_set_aside}});
    for (const auto& step : told.steps)
      steps.push_back({{"table", step.step.table},
                       {"step", step.step.step},
                       {"line", step.step.place.line},
                       {"rows", step.all},
                       {"of_this", step.own}});
    for (const auto& row : told.made) made.push_back(of_row(row));
    return {{"masked", !is_shown_},
            {"rows", rows},
            {"findings", findings},
            {"steps", steps},
            {"made", made}};
  }

  void print(const map::Explanation& told) const {
    for (std::size_t i = 0; i < told.rows.size(); ++i)
      fmt::print("{}: {}\n", place(told.rows[i]), word(told.fates[i]));
    for (const auto& finding : told.findings)
      fmt::print("  {}: {}{}\n", finding.field, finding.says,
                 finding.is_set_aside ? "; the row is set aside" : "");
    Table table({"Table", "Step", "Line", "rows", "of this"});
    std::string before;
    for (const auto& step : told.steps) {
      table.add({step.step.table == before ? "" : step.step.table, step.step.step,
                 std::to_string(step.step.place.line), with_commas(step.all),
                 with_commas(step.own)});
      before = step.step.table;
    }
    if (!told.steps.empty()) fmt::print("\n{}", table.text(2));
    for (const auto& row : told.made) print(row);
    if (!is_shown_ && !told.made.empty())
      fmt::print("\nValues are masked; --show asks for a reason.\n");
  }

 private:
  std::string shape(const std::string& text) const {
    return is_shown_ ? text : flow::shape_of_text(text);
  }
  std::string value_of(const map::ExplainedField& field) const {
    if (field.value.empty()) return "null";
    return is_shown_ ? field.value : flow::shape_of_json(field.value);
  }

  std::string spot(const map::SourceRow& row) const {
    auto [file, line] = mapped_.place(row.stream, row.row);
    return fmt::format("{}:{}", file.filename().string(), line);
  }
  std::string place(const map::SourceRow& row) const {
    return fmt::format("{}, {}", mapped_.mapping.reads()[row.stream].stream, spot(row));
  }

  ordered_json origin(const map::SourceRow& row) const {
    auto [file, line] = mapped_.place(row.stream, row.row);
    return {{"stream", mapped_.mapping.reads()[row.stream].stream},
            {"file", file.string()},
            {"line", line}};
  }

  ordered_json of_row(const map::ExplainedRow& row) const {
    auto origins = ordered_json::array(), fields = ordered_json::array();
    for (const auto& each : row.origins) origins.push_back(origin(each));
    for (const auto& field : row.fields) {
      auto cells = ordered_json::array();
      for (const auto& cell : field.cells) {
        ordered_json one = {{"column", cell.column}};
        if (cell.row.row != map::no_row) one.update(origin(cell.row));
        one["value"] = cell.is_there ? ordered_json(shape(cell.text)) : ordered_json();
        cells.push_back(std::move(one));
      }
      fields.push_back({{"field", field.field},
                        {"line", field.source.place.line},
                        {"expression", field.source.expression},
                        {"reads", cells},
                        {"computed", field.computed},
                        {"value", value_of(field)},
                        {"kept", field.is_kept}});
    }
    return {
        {"entity", row.entity}, {"key", shape(row.key)}, {"origins", origins}, {"fields", fields}};
  }

  void print(const map::ExplainedRow& row) const {
    fmt::print("\n{} {}\n", row.entity, shape(row.key));
    for (const auto& each : row.origins) fmt::print("  from {}\n", place(each));
    for (const auto& field : row.fields) {
      fmt::print("  {} = {}\n", field.field, field.is_kept ? "stays as it was" : value_of(field));
      fmt::print("    line {}: {}\n", field.source.place.line,
                 field.source.expression.empty() ? "a fixed value" : field.source.expression);
      for (const auto& cell : field.cells)
        fmt::print("    {} = {}{}\n", cell.column, cell.is_there ? shape(cell.text) : "null",
                   cell.row.row == map::no_row ? ", nothing was joined" : ", " + spot(cell.row));
      for (const auto& name : field.computed) fmt::print("    {} was made by a step\n", name);
    }
  }

  const flow::MappedFiles& mapped_;
  bool is_shown_;
};

}  // namespace

void explain_row(Context& context, const flow::FilesToMap& files, std::string what,
                 const Unmask& unmask) {
  if (what == "-") std::getline(std::cin, what);
  if (unmask.is_asked) {
    if (!workspace_of(context))
      throw Error(Next::fix_settings,
                  "who looks at values is recorded in a workspace: say --workspace DIR, or leave "
                  "--show out");
    unmask.record(context.hub(), "a row of mapping " + files.mapping.filename().string());
  }
  flow::with_mapped_files(files, [&](const flow::MappedFiles& mapped) {
    auto told = map::explain(files.mapping, files.model, files.parameters, mapped.block,
                             mapped.output, what, files.shelf);
    Teller teller(mapped, unmask.is_asked);
    if (!context.is_json()) return teller.print(told);
    fmt::print("{}\n",
               teller.json(told).dump(-1, ' ', false, ordered_json::error_handler_t::replace));
  });
}

}  // namespace homeroom::cli
