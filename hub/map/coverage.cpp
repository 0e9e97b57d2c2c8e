#include "hub/map/coverage.hpp"

#include <algorithm>
#include <deque>

#include "hub/map/map.hpp"
#include "hub/map/probe.hpp"
#include "hub/map/steps.hpp"

namespace homeroom::map {

namespace {

/// Rows of one stream, copied column by column.
struct TakenRows {
  std::vector<std::vector<record::Text>> texts;  ///< by column
  std::vector<std::vector<uint8_t>> valid;
  uint32_t rows = 0;
};

/// A condition that is one by itself.
struct Test {
  const Expression* expression = nullptr;
  ConditionUse use;
};

/// What is asked of the rows at one place: before a step, or of the table an entity is made of.
struct Station {
  std::deque<Probe> probes;
  std::vector<Test> tests;
  std::vector<std::pair<const Expression*, std::size_t>> values;  ///< with the index of its field
};

class MappedSurvey : public Survey, private StepWatch {
 public:
  MappedSurvey(std::unique_ptr<Plan> plan, std::unique_ptr<Mapping> mapping,
               const record::Model& model)
      : plan_(std::move(plan)),
        mapping_(std::move(mapping)),
        model_(model),
        root_(settings::load(plan_->file)) {
    for (const auto& table : plan_->tables) look_at(table);
    for (const auto& entity : plan_->entities) look_at(entity);
    forget();
  }

  const std::vector<Reads>& reads() const override { return plan_->reads; }

  void take(uint32_t stream, const std::vector<record::Column>& columns, uint32_t rows) override {
    auto& into = taken_[stream];
    for (std::size_t c = 0; c < into.texts.size(); ++c)
      for (uint32_t row = 0; row < rows; ++row) {
        bool is_there = c < columns.size() && columns[c].values && columns[c].is_valid(row);
        into.texts[c].push_back(is_there ? kept_.keep(columns[c].text_at(row)) : record::Text{});
        into.valid[c].push_back(is_there);
      }
    into.rows += rows;
  }

  void map() override {
    auto block = this->block();
    Output output;
    for (const auto& stream : block.streams) output.fates.emplace_back(stream.rows, Fate::filtered);
    output.step_rows.assign(plan_->steps.size(), 0);
    BlockState state{*plan_, block, arena_, output, {}, {}, this};
    state.tables.resize(plan_->tables.size());
    state.is_made.assign(plan_->tables.size(), 0);
    StepRunner steps(state, indexes_);
    for (std::size_t e = 0; e < plan_->entities.size(); ++e) {
      const auto& relation = steps.table(plan_->entities[e].table);
      ask(entities_[e], relation);
    }
    for (const auto& stream : block.streams) rows_ += stream.rows;
    forget();
  }

  Coverage coverage() const override {
    Coverage made;
    made.rows = rows_;
    for (const auto& [list, table] : plan_->codes) made.codes.push_back(use_of(list, table));
    auto add = [&](const Station& station) {
      for (const auto& probe : station.probes) {
        made.conditions.insert(made.conditions.end(), probe.branches().begin(),
                               probe.branches().end());
        made.unseen_parts += probe.unseen();
      }
      for (const auto& test : station.tests) made.conditions.push_back(test.use);
    };
    for (const auto& stations : tables_)
      for (const auto& station : stations) add(station);
    for (const auto& station : entities_) add(station);
    std::ranges::stable_sort(made.conditions, {}, [](const ConditionUse& use) {
      return std::pair(use.place.line, use.place.column);
    });
    made.fields = fields_;
    return made;
  }

 private:
  void probe(Station& station, const std::vector<NamedColumn>& columns,
             const Expression& expression, const std::string& what) {
    station.probes.emplace_back(*plan_, columns, expression, what);
  }
  static void test(Station& station, ConditionUse::Kind kind, const Expression& expression,
                   const std::string& what) {
    station.tests.push_back({&expression, {kind, expression.place, what, expression.text}});
  }

  void look_at(const Table& table) {
    auto what = "table " + table.name;
    auto& stations = tables_.emplace_back();
    const auto* columns = &table.from_columns;
    for (const auto& step : table.steps) {
      auto& station = stations.emplace_back();
      if (step.test) probe(station, *columns, *step.test, what);
      if (step.kind == Step::Kind::where)
        test(station, ConditionUse::Kind::where, *step.test, what);
      if (step.kind == Step::Kind::refuse)
        test(station, ConditionUse::Kind::refuse, *step.test, what);
      for (const auto& value : step.join.values) probe(station, *columns, value, what);
      for (const auto& set : step.sets) probe(station, *columns, set, what);
      if (step.kind == Step::Kind::assert_that)
        test(station, ConditionUse::Kind::assertion, *step.test, what);
      for (const auto& measure : step.measures) {
        if (measure.value) probe(station, *columns, *measure.value, what);
        if (measure.test) probe(station, *columns, *measure.test, what);
        for (const auto& order : measure.order) probe(station, *columns, order.value, what);
      }
      columns = &step.columns;
    }
  }

  void look_at(const EntityPlan& entity) {
    auto& station = entities_.emplace_back();
    const auto& columns = plan_->tables[entity.table].columns();
    const auto& of = model_.entities[entity.entity];
    for (const auto& field : entity.fields) {
      auto what = of.name + "." + of.fields[field.field].path;
      for (const auto& [code, each] : field.each_true) {
        probe(station, columns, each, what);
        test(station, ConditionUse::Kind::flag, each, what);
        station.tests.back().use.text = code + ": " + each.text;
      }
      if (!field.value) continue;
      bool is_fixed = field.value->compiled.columns.empty();
      probe(station, columns, *field.value, what);
      if (field.value->compiled.type == express::Type::boolean && !is_fixed)
        test(station, ConditionUse::Kind::field, *field.value, what);
      station.values.emplace_back(&*field.value, fields_.size());
      fields_.push_back({field.source.place, what});
    }
  }

  void before_step(uint32_t table, uint32_t step, const Relation& relation) override {
    ask(tables_[table][step], relation);
  }

  void ask(Station& station, const Relation& relation) {
    for (auto& probe : station.probes) probe.count(relation.columns, relation.rows, arena_, codes_);
    auto run = [&](const Expression& expression) {
      expression.program->begin(relation.columns, relation.rows, arena_);
      return expression.program->run(expression.compiled.id);
    };
    for (auto& [expression, use] : station.tests) {
      auto answers = run(*expression);
      for (uint32_t row = 0; row < relation.rows; ++row) {
        bool is_known = answers.values && answers.is_valid(row);
        ++(!is_known ? use.is_null : answers.at<uint8_t>(row) ? use.is_true : use.is_false);
      }
    }
    for (const auto& [expression, field] : station.values) {
      auto values = run(*expression);
      fields_[field].rows += relation.rows;
      for (uint32_t row = 0; row < relation.rows; ++row)
        fields_[field].filled += values.values && values.is_valid(row);
    }
  }

  CodeUse use_of(const std::string& list, const express::CodeTable& table) const {
    CodeUse use;
    use.list = list;
    use.place = {plan_->file.string(), 0, 0};  // of an included file
    for (const auto& [key, node] : root_.find("codes").entries())
      if (key.text() == list) use.place = key.place();
    for (const auto& [code, value] : table.codes) use.rows[code] = 0;
    for (const auto& [code, rows] : table.dated) use.rows[code] = 0;
    auto counted = codes_.find(use.list);
    if (counted == codes_.end()) return use;
    for (const auto& [code, rows] : counted->second.rows) use.rows[code] = rows;
    use.unmapped_rows = counted->second.unmapped;
    use.unmapped_at = counted->second.unmapped_at;
    use.unmapped =
        counted->second.look.codes([&](const std::string& code) { return has_row(table, code); });
    std::erase_if(use.unmapped, [&](const SeenCode& code) { return has_row(table, code.code); });
    return use;
  }

  Block block() {
    Block block;
    for (uint32_t s = 0; s < taken_.size(); ++s) {
      StreamRows made;
      made.rows = taken_[s].rows;
      for (std::size_t c = 0; c < taken_[s].texts.size(); ++c) {
        record::Column column;
        column.values = taken_[s].texts[c].data();
        column.valid = taken_[s].valid[c].data();
        made.columns.push_back(column);
      }
      mapping_->apply_nulls(s, made.columns, made.rows, arena_);
      block.streams.push_back(std::move(made));
    }
    return block;
  }

  void forget() {
    taken_.clear();
    for (const auto& reads : plan_->reads) {
      auto& rows = taken_.emplace_back();
      rows.texts.resize(reads.columns.size());
      rows.valid.resize(reads.columns.size());
    }
    kept_.reset();
    arena_.reset();
    indexes_ = {};
  }

  std::unique_ptr<Plan> plan_;
  std::unique_ptr<Mapping> mapping_;  ///< for the nulls
  const record::Model& model_;
  settings::Node root_;
  std::vector<std::deque<Station>> tables_;  ///< by table, one before each step
  std::deque<Station> entities_;
  std::vector<FieldUse> fields_;
  CodeCountsByList codes_;
  std::vector<TakenRows> taken_;
  record::Arena kept_;  ///< texts of the rows
  record::Arena arena_;
  ReferenceIndexes indexes_;
  uint64_t rows_ = 0;
};

}  // namespace

std::unique_ptr<Survey> Survey::of(const std::filesystem::path& file, const record::Model& model,
                                   const std::vector<StreamShape>& shapes,
                                   const std::map<std::string, std::string>& parameters,
                                   std::vector<Remark>& remarks, const Shelf& shelf) {
  auto plan = compile_plan(file, model, shapes, parameters, remarks, fixed_hasher(), shelf);
  if (!plan) return nullptr;
  std::vector<Remark> said_already;
  auto mapping =
      Mapping::compile(file, model, shapes, parameters, said_already, fixed_hasher(), shelf);
  return std::make_unique<MappedSurvey>(std::move(plan), std::move(mapping), model);
}

}  // namespace homeroom::map
