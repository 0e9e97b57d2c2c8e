// lint: what a mapping says that compiles and is likely not meant.
#include <algorithm>
#include <set>
#include <sstream>

#include <re2/re2.h>

#include "homeroom/error.hpp"
#include "hub/map/cases.hpp"
#include "hub/map/lint_parts.hpp"
#include "hub/map/map.hpp"
#include "hub/map/plan.hpp"
#include "hub/settings/file_text.hpp"

namespace homeroom::map {

namespace {

/// A column of a stream.
using Source = std::pair<uint32_t, uint32_t>;
using Sources = std::vector<std::set<Source>>;  ///< by column of a table

bool is_letter(char letter) {
  return std::isalnum(static_cast<unsigned char>(letter)) || letter == '_';
}

/// What in an expression may not be readable, in words; empty where nothing is or where it says
/// what then.
std::string unreadable_part(const Expression& expression) {
  if (!expression.compiled.can_fault || expression.compiled.on_fault != express::Else::unsaid)
    return {};
  static const auto fallible = [] {
    std::set<std::string> names;
    for (const auto& help : express::functions())
      if (help.can_fault) names.insert(help.name);
    return names;
  }();
  bool is_quoted = false;
  std::string word;
  for (char letter : expression.text) {
    if (letter == '\'') is_quoted = !is_quoted;
    if (!is_quoted && is_letter(letter)) {
      word += letter;
      continue;
    }
    if (!is_quoted && letter == '(' && fallible.contains(word)) return word + "(...)";
    word.clear();
  }
  return "a value here";
}

std::vector<std::string> lines_of(const std::filesystem::path& file) {
  std::istringstream in(settings::file_text(file));
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

class Linter {
 public:
  Linter(const std::filesystem::path& file, const Plan& plan, const record::Model& model,
         std::vector<Remark>& remarks)
      : plan_(plan),
        model_(model),
        remarks_(remarks),
        root_(settings::load(file)),
        lines_(lines_of(file)) {}

  void run(const std::vector<SeenStream>& seen) {
    lint_conditions(plan_, remarks_);
    lint_codes(plan_, model_, root_, remarks_);
    lint_pieces(root_, remarks_);
    lint_streams(
        plan_, root_, seen,
        [&](uint32_t stream, const std::string& column) { return place_of(stream, column); },
        remarks_);
    for (const auto& table : plan_.tables) walk(table);
    for (const auto& entity : plan_.entities) walk(entity);
    unused_tables();
    unused_codes();
    unused_columns();
    nobodys_rows();
  }

 private:
  void remark(const settings::Place& place, const std::string& says) {
    remarks_.push_back({false, place, says});
  }

  void doubt(const Expression& expression) {
    auto what = unreadable_part(expression);
    if (!what.empty())
      remark(expression.place, what +
                                   " may not be readable, and the row is set aside then; write "
                                   "else null or else reject");
  }

  void use(const Expression& expression, const Sources& columns) {
    texts_.push_back(expression.text);
    for (auto column : expression.compiled.columns) use(columns, column);
  }
  void use(const Measure& measure, const Sources& columns) {
    if (measure.value) use(*measure.value, columns);
    if (measure.test) use(*measure.test, columns);
    for (const auto& order : measure.order) use(order.value, columns);
  }
  void use(const Sources& columns, uint32_t column) {
    used_.insert(columns[column].begin(), columns[column].end());
  }

  Sources sources_of(Origin origin) const {
    if (origin.is_table) return sources_[origin.index];
    Sources columns;
    for (uint32_t c = 0; c < plan_.reads[origin.index].columns.size(); ++c)
      columns.push_back({{origin.index, c}});
    return columns;
  }

  void use_table(Origin origin) {
    if (origin.is_table) used_tables_.insert(origin.index);
  }

  void walk(const Table& table) {
    use_table(table.from);
    auto columns = sources_of(table.from);
    for (const auto& step : table.steps) take(step, columns);
    sources_.push_back(std::move(columns));
  }

  void take(const Step& step, Sources& columns) {
    if (step.test) use(*step.test, columns), doubt(*step.test);
    for (auto column : step.by) use(columns, column);
    for (const auto& set : step.sets) {
      use(set, columns);
      doubt(set);
    }
    for (const auto& measure : step.measures) {
      use(measure, columns);
      if (measure.value) doubt(*measure.value);
    }
    for (auto column : step.taken) use(columns, column);
    if (step.kind == Step::Kind::group || step.kind == Step::Kind::pivot) {
      Sources after;
      for (auto column : step.by) after.push_back(columns[column]);
      columns = std::move(after);
    } else if (step.kind == Step::Kind::union_with) {
      used_tables_.insert(step.other);
      for (std::size_t c = 0; c < step.other_columns.size(); ++c)
        if (step.other_columns[c] != none) {
          const auto& theirs = sources_[step.other][step.other_columns[c]];
          columns[c].insert(theirs.begin(), theirs.end());
        }
    } else if (step.kind == Step::Kind::join) {
      use_table(step.join.target);
      for (const auto& value : step.join.values) use(value, columns), doubt(value);
      auto target = sources_of(step.join.target);
      for (auto column : step.join.target_columns) use(target, column);
      columns.insert(columns.end(), target.begin(), target.end());
    }
    columns.resize(step.columns.size());
  }

  void walk(const EntityPlan& entity) {
    used_tables_.insert(entity.table);
    const auto& columns = sources_[entity.table];
    for (const auto& part : entity.key) use(part, columns);
    if (entity.student) use(*entity.student, columns);
    for (const auto& field : entity.fields) {
      if (field.value) look(field, *field.value, entity);
      for (const auto& [code, test] : field.each_true) look(field, test, entity);
    }
  }

  void look(const FieldPlan& field, const Expression& expression, const EntityPlan& entity) {
    use(expression, sources_[entity.table]);
    auto what = unreadable_part(expression);
    if (what.empty() || field.is_required) return;
    const auto& path = model_.entities[entity.entity].fields[field.field].path;
    remark(expression.place, what + " may not be readable; say what " + path +
                                 " is then: else keep, else null, else 'VALUE' or else reject");
  }

  /// Rows find their student by a student row of the same mapping.
  void nobodys_rows() {
    auto is_student = [&](const EntityPlan& entity) {
      return model_.entities[entity.entity].name == "student";
    };
    if (std::ranges::any_of(plan_.entities, is_student)) return;
    for (const auto& entity : plan_.entities)
      if (entity.student) {
        remark(entity.student->place,
               "this mapping makes no student, so its rows reach nobody; add student: with what "
               "one is recognised by, such as identifiers.district");
        return;
      }
  }

  void unused_tables() {
    for (uint32_t t = 0; t < plan_.tables.size(); ++t)
      if (!used_tables_.contains(t))
        remark(plan_.tables[t].place,
               "no table and no entity uses the table " + plan_.tables[t].name);
  }

  void unused_codes() {
    for (const auto& [key, codes] : root_.find("codes").entries()) {
      auto quoted = "'" + key.text() + "'";
      auto names_it = [&](const std::string& text) {
        return text.find(quoted) != std::string::npos;
      };
      if (std::ranges::none_of(texts_, names_it))
        remark(key.place(), "no expression uses the codes " + key.text());
    }
  }

  void unused_columns() {
    for (uint32_t s = 0; s < plan_.reads.size(); ++s)
      for (uint32_t c = 0; c < plan_.reads[s].columns.size(); ++c)
        if (!used_.contains({s, c}))
          remark(place_of(s, plan_.reads[s].columns[c].name),
                 "nothing uses " + plan_.reads[s].columns[c].name + " of " + plan_.reads[s].stream +
                     "; do not read it");
  }

  /// Where a column's name stands in the plain text of `reads`.
  settings::Place place_of(uint32_t stream, const std::string& column) const {
    auto place = root_.find("reads").entries()[stream].second.place();
    for (auto line = place.line; line > 0 && line <= lines_.size(); ++line) {
      const auto& text = lines_[line - 1];
      for (auto at = text.find(column, line == place.line ? place.column - 1 : 0);
           at != std::string::npos; at = text.find(column, at + 1)) {
        bool begins = at == 0 || !is_letter(text[at - 1]);
        bool ends = at + column.size() == text.size() || !is_letter(text[at + column.size()]);
        if (begins && ends) return {place.file, line, static_cast<uint32_t>(at) + 1};
      }
    }
    return place;
  }

  const Plan& plan_;
  const record::Model& model_;
  std::vector<Remark>& remarks_;
  settings::Node root_;
  std::vector<std::string> lines_;
  std::vector<Sources> sources_;  ///< by table
  std::set<Source> used_;
  std::set<uint32_t> used_tables_;
  std::vector<std::string> texts_;
};

/// "file:line:column: says" as a remark; the file may be one that the mapping names.
Remark as_remark(const std::string& file, std::string says) {
  static const RE2 placed(R"((?s)([^\n]*?):(\d+):(\d+): (.*))");
  Remark remark{true, {file, 0, 0}, says};
  RE2::FullMatch(says, placed, &remark.place.file, &remark.place.line, &remark.place.column,
                 &remark.says);
  return remark;
}

}  // namespace

std::vector<Remark> lint(const std::filesystem::path& file, const record::Model& model,
                         const std::vector<SeenStream>& seen, const Shelf& shelf) {
  std::vector<Remark> remarks;
  std::vector<StreamShape> shapes;
  for (const auto& stream : seen) shapes.push_back(stream.shape);
  try {
    auto plan = compile_plan(file, model, shapes, parameters_on(day_of_cases), remarks,
                             fixed_hasher(), shelf);
    if (plan) Linter(file, *plan, model, remarks).run(seen);
  } catch (const Error& wrong) {
    remarks.push_back(as_remark(file.string(), wrong.what()));
  }
  std::ranges::stable_sort(remarks, {}, [](const Remark& remark) {
    return std::pair(remark.place.line, remark.place.column);
  });
  return remarks;
}

}  // namespace homeroom::map
