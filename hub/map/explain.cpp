#include "hub/map/explain.hpp"

#include <algorithm>
#include <set>

#include "homeroom/error.hpp"
#include "hub/map/map.hpp"
#include "hub/map/plan.hpp"
#include "hub/record/json.hpp"

namespace homeroom::map {

namespace {

/// A row that came out.
struct MadeRow {
  const EntityRows* rows = nullptr;
  uint32_t row = 0;
};

class Explainer {
 public:
  Explainer(Mapping& mapping, const Plan& plan, const record::Model& model, const Block& block,
            const Output& output)
      : mapping_(mapping), plan_(plan), model_(model), block_(block), output_(output) {}

  Explanation explain(const std::string& what) {
    auto colon = what.find(':');
    auto word = what.substr(0, colon);
    auto rest = colon == std::string::npos ? "" : what.substr(colon + 1);
    if (auto stream = plan_.stream(word))
      read(*stream, rest);
    else if (auto entity = model_.find(word); entity && colon != std::string::npos)
      made(*entity, rest);
    else
      refuse(word);
    for (const auto& row : out_.rows) out_.fates.push_back(output_.fates[row.stream][row.row]);
    for (const auto& finding : output_.findings)
      if (std::ranges::find(out_.rows, SourceRow{finding.stream, finding.row}) != out_.rows.end())
        out_.findings.push_back(finding);
    return std::move(out_);
  }

 private:
  [[noreturn]] void refuse(const std::string& word) const {
    std::vector<std::string> names;
    for (const auto& reads : plan_.reads) names.push_back(reads.stream);
    for (const auto& entity : plan_.entities) names.push_back(model_.entities[entity.entity].name);
    auto near = settings::did_you_mean(word, names);
    throw Error(Next::fix_settings,
                "--explain takes STREAM:LINE or ENTITY:KEY" +
                    (near ? "; did you mean " + *near + "?"
                          : std::string(", with a stream or an entity of the mapping")));
  }

  /// A row by its line: everything it is behind of.
  void read(uint32_t stream, const std::string& line) {
    const auto& lines = block_.streams[stream].lines;
    auto found =
        std::ranges::find_if(lines, [&](uint32_t each) { return std::to_string(each) == line; });
    if (found == lines.end())
      throw Error(Next::fix_settings,
                  "no record of " + plan_.reads[stream].stream +
                      " begins on that line; lines count from 1, the head is the first");
    SourceRow asked{stream, static_cast<uint32_t>(found - lines.begin())};
    std::set<SourceRow> behind{asked};
    for (const auto& rows : output_.entities)
      for (uint32_t row = 0; row < rows.rows; ++row) {
        auto origins = rows.lineage.of(row);
        if (std::ranges::find(origins, asked) == origins.end()) continue;
        behind.insert(origins.begin(), origins.end());
        add({&rows, row}, origins);
      }
    out_.rows = {asked};
    bool is_left_out = out_.made.empty();
    steps(behind, is_left_out ? std::optional(stream) : std::nullopt);
  }

  void made(record::EntityId entity, std::string key) {
    std::ranges::replace(key, '+', '\x1f');
    for (const auto& rows : output_.entities) {
      if (rows.entity != entity) continue;
      for (uint32_t row = 0; row < rows.rows; ++row) {
        if (rows.key.text_at(row).view() != key) continue;
        auto origins = rows.lineage.of(row);
        out_.rows.insert(out_.rows.end(), origins.begin(), origins.end());
        add({&rows, row}, origins);
      }
    }
    if (out_.made.empty())
      throw Error(Next::fix_settings,
                  "no " + model_.entities[entity].name +
                      " of this key came out; ask for the row that was read: STREAM:LINE");
    steps({out_.rows.begin(), out_.rows.end()}, std::nullopt);
  }

  void add(const MadeRow& made, std::vector<SourceRow> origins) {
    const auto& rows = *made.rows;
    const auto& of = model_.entities[rows.entity];
    auto plan = std::ranges::find(plan_.entities, rows.entity, &EntityPlan::entity);
    ExplainedRow explained{
        of.name, std::string(rows.key.text_at(made.row).view()), std::move(origins), {}};
    std::ranges::replace(explained.key, '\x1f', '+');
    for (const auto& field : plan->fields) {
      ExplainedField each;
      each.field = of.fields[field.field].path;
      each.source = field.source;
      if (field.value) cells(*plan, *field.value, made, each);
      for (const auto& [code, test] : field.each_true) cells(*plan, test, made, each);
      const auto& column = rows.fields[field.field];
      if (column.values && column.is_valid(made.row))
        record::append_json_value(each.value, column, made.row);
      each.is_kept =
          std::ranges::find(rows.kept, std::pair(made.row, field.field)) != rows.kept.end();
      explained.fields.push_back(std::move(each));
    }
    out_.made.push_back(std::move(explained));
  }

  /// The cells an expression reads: each column came with one part of the row.
  void cells(const EntityPlan& entity, const Expression& expression, const MadeRow& made,
             ExplainedField& into) const {
    const auto& columns = plan_.tables[entity.table].columns();
    const auto& lineage = made.rows->lineage;
    auto at = lineage.at ? lineage.at[made.row] : made.row;
    for (auto index : expression.compiled.columns) {
      const auto& column = columns[index];
      if (column.origin.empty() || column.part >= lineage.parts.size()) {
        into.computed.push_back(column.name);
        continue;
      }
      const auto& part = lineage.parts[column.part];
      ReadCell cell{column.name, {part.stream, part.rows[at]}, false, ""};
      const auto& reads = plan_.reads[part.stream].columns;
      auto found = std::ranges::find(reads, column.origin, &Reads::Column::name);
      if (cell.row.row != no_row && found != reads.end()) {
        const auto& values =
            block_.streams[part.stream].columns[static_cast<std::size_t>(found - reads.begin())];
        cell.is_there = values.values && values.is_valid(cell.row.row);
        if (cell.is_there) cell.text = values.text_at(cell.row.row).view();
      }
      into.cells.push_back(std::move(cell));
    }
  }

  /// Runs the steps again on these rows alone, to see how many of them come out of each. A row
  /// nothing was made of goes alone through the tables of its own stream, with all rows of the
  /// others to join.
  void steps(const std::set<SourceRow>& rows, std::optional<uint32_t> alone) {
    record::Arena arena;
    Block few;
    for (uint32_t s = 0; s < block_.streams.size(); ++s) {
      std::vector<uint32_t> own;
      for (uint32_t row = 0; row < block_.streams[s].rows; ++row)
        if (rows.contains({s, row}) || (alone && *alone != s)) own.push_back(row);
      few.streams.push_back(taken(block_.streams[s], own, arena));
    }
    auto output = mapping_.run(few, arena);
    const auto& infos = mapping_.steps();
    for (std::size_t i = 0; i < infos.size(); ++i) {
      if (alone && base_of_table(infos[i].table) != *alone) continue;
      if (output.step_rows[i] == 0 && output_.step_rows[i] == 0) continue;
      out_.steps.push_back({infos[i], output_.step_rows[i], output.step_rows[i]});
    }
  }

  uint32_t base_of_table(const std::string& name) const {
    auto table = plan_.table(name);
    if (!table) return plan_.stream(name).value_or(none);
    Origin origin = plan_.tables[*table].from;
    while (origin.is_table) origin = plan_.tables[origin.index].from;
    return origin.index;
  }

  static StreamRows taken(const StreamRows& all, const std::vector<uint32_t>& rows,
                          record::Arena& arena) {
    StreamRows few;
    few.rows = static_cast<uint32_t>(rows.size());
    for (auto row : rows) few.lines.push_back(all.lines[row]);
    for (const auto& column : all.columns) {
      record::Column copy = column;
      if (column.values) {
        auto* texts = arena.many<record::Text>(rows.size());
        auto* valid = arena.many<uint8_t>(rows.size());
        for (std::size_t i = 0; i < rows.size(); ++i) {
          texts[i] = column.text_at(rows[i]);
          valid[i] = column.is_valid(rows[i]);
        }
        copy.values = texts;
        copy.valid = valid;
      }
      few.columns.push_back(copy);
    }
    return few;
  }

  Mapping& mapping_;
  const Plan& plan_;
  const record::Model& model_;
  const Block& block_;
  const Output& output_;
  Explanation out_;
};

}  // namespace

Explanation explain(const std::filesystem::path& mapping, const record::Model& model,
                    const std::map<std::string, std::string>& parameters, const Block& block,
                    const Output& output, const std::string& what, const Shelf& shelf) {
  std::vector<Remark> said_already;  // by whoever mapped the block
  auto plan = compile_plan(mapping, model, {}, parameters, said_already, fixed_hasher(), shelf);
  auto compiled =
      Mapping::compile(mapping, model, {}, parameters, said_already, fixed_hasher(), shelf);
  if (!plan || !compiled) throw Error(Next::fix_settings, mapping.string() + ": does not compile");
  return Explainer(*compiled, *plan, model, block, output).explain(what);
}

}  // namespace homeroom::map
