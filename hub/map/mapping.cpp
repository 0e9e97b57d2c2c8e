// The Mapping of the door: runs a plan on blocks.
#include <algorithm>

#include "hub/map/entity_maker.hpp"
#include "hub/map/map.hpp"
#include "hub/map/steps.hpp"
#include "hub/map/values.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace homeroom::map {

namespace {

using record::Text;

class CompiledMapping : public Mapping {
 public:
  CompiledMapping(std::unique_ptr<Plan> plan, const record::Model& model)
      : plan_(std::move(plan)), model_(model) {
    for (const auto& text : plan_->nulls) nulls_.push_back(record::text(text));
    for (const auto& [at, texts] : plan_->nulls_in)
      for (const auto& text : texts) nulls_in_[at].push_back(record::text(text));
  }

  const std::vector<Reads>& reads() const override { return plan_->reads; }
  const std::vector<std::string>& spaces() const override { return plan_->spaces; }
  const std::string& digest() const override { return plan_->digest; }
  bool has_hashes() const override { return plan_->has_hashes; }
  uint32_t student_space() const override { return plan_->student_space; }

  void apply_nulls(uint32_t stream, std::vector<record::Column>& columns, uint32_t rows,
                   record::Arena& arena) const override {
    for (uint32_t c = 0; c < columns.size(); ++c) {
      auto own = nulls_in_.find({stream, c});
      if (!columns[c].values || (nulls_.empty() && own == nulls_in_.end())) continue;
      auto* valid = arena.many<uint8_t>(rows);
      for (uint32_t row = 0; row < rows; ++row) {
        const auto& text = columns[c].text_at(row);
        valid[row] = columns[c].is_valid(row) && std::ranges::find(nulls_, text) == nulls_.end() &&
                     (own == nulls_in_.end() || std::ranges::find(own->second, text) == own->second.end());
      }
      columns[c].valid = valid;
    }
  }

  bool has_links(uint32_t stream) const override {
    return std::ranges::find(plan_->links, stream, &LinkPlan::stream) != plan_->links.end();
  }

  std::vector<Link> links(uint32_t stream, const std::vector<record::Column>& columns, uint32_t rows,
                          record::Arena& arena) override {
    std::vector<Link> out;
    for (auto& plan : plan_->links) {
      if (plan.stream != stream) continue;
      Output unused;
      Block block;
      BlockState state{*plan_, block, arena, unused, {}, {}};
      ReferenceIndexes none_needed;
      auto relation = base(stream, columns, rows, arena);
      for (const auto& step : plan.steps) relation = narrow(step, relation, state, none_needed);
      plan.value->program->begin(relation.columns, relation.rows, arena);
      auto value = key_text(plan.value->program->run(plan.value->compiled.id), relation.rows, arena);
      if (!value.values) continue;
      for (uint32_t row = 0; row < relation.rows; ++row)
        if (value.is_valid(row) && !value.text_at(row).empty())
          out.push_back({relation.parts[0].rows[row], plan.space, value.text_at(row)});
    }
    return out;
  }

  Output run(const Block& block, record::Arena& arena) override {
    Output output;
    output.step_rows.assign(plan_->steps.size(), 0);
    for (const auto& stream : block.streams) output.fates.emplace_back(stream.rows, Fate::filtered);
    BlockState state{*plan_, block, arena, output, {}, {}};
    state.tables.resize(plan_->tables.size());
    state.is_made.assign(plan_->tables.size(), 0);
    StepRunner steps(state, indexes_);
    EntityMaker maker(*plan_, model_, arena, output);
    for (auto& entity : plan_->entities) {
      if (is_reference(entity) && !block.makes_reference_rows) continue;
      maker.make(entity, steps.table(entity.table));
    }
    maker.finish();
    return output;
  }

  const std::vector<StepInfo>& steps() const override { return plan_->steps; }

  const FieldSource* source_of(record::EntityId entity, record::FieldId field) const override {
    for (const auto& plan : plan_->entities)
      if (plan.entity == entity)
        for (const auto& made : plan.fields)
          if (made.field == field) return &made.source;
    return nullptr;
  }

 private:
  bool is_reference(const EntityPlan& entity) const {
    Origin origin = plan_->tables[entity.table].from;
    while (origin.is_table) origin = plan_->tables[origin.index].from;
    return plan_->shapes[origin.index].is_reference;
  }

  static Relation base(uint32_t stream, const std::vector<record::Column>& columns, uint32_t rows,
                       record::Arena& arena) {
    Relation relation;
    relation.rows = rows;
    relation.columns = columns;
    auto* own = arena.many<uint32_t>(rows);
    for (uint32_t i = 0; i < rows; ++i) own[i] = i;
    relation.parts.push_back({stream, own});
    return relation;
  }

  static Relation narrow(const Step& step, const Relation& relation, BlockState& state,
                         ReferenceIndexes& indexes) {
    Step all = step;
    all.is_needed.assign(std::max(step.columns.size(), relation.columns.size()), 1);
    return StepRunner(state, indexes).run(all, relation);
  }

  std::unique_ptr<Plan> plan_;
  const record::Model& model_;
  std::vector<Text> nulls_;
  std::map<std::pair<uint32_t, uint32_t>, std::vector<Text>> nulls_in_;
  ReferenceIndexes indexes_;
};

class FixedHasher : public express::Hasher {
 public:
  std::array<unsigned char, 16> hash(std::string_view text) const override {
    XXH128_canonical_t made;
    XXH128_canonicalFromHash(&made, XXH3_128bits(text.data(), text.size()));
    std::array<unsigned char, 16> bytes;
    std::copy(std::begin(made.digest), std::end(made.digest), bytes.begin());
    return bytes;
  }
};

}  // namespace

const express::Hasher& fixed_hasher() {
  static const FixedHasher hasher;
  return hasher;
}

std::unique_ptr<Mapping> Mapping::compile(const std::filesystem::path& file, const record::Model& model,
                                          const std::vector<StreamShape>& shapes,
                                          const std::map<std::string, std::string>& parameters,
                                          std::vector<Remark>& remarks, const express::Hasher& hasher, const Shelf& shelf) {
  auto plan = compile_plan(file, model, shapes, parameters, remarks, hasher, shelf);
  if (!plan) return nullptr;
  return std::make_unique<CompiledMapping>(std::move(plan), model);
}

uint64_t reference_token(std::string_view stream, std::string_view key) {
  auto seed = XXH3_64bits(stream.data(), stream.size());
  return XXH3_64bits_withSeed(key.data(), key.size(), seed);
}

}  // namespace homeroom::map
