// The Mapping of the door: runs a plan on blocks.
#include <algorithm>

#include "hub/map/entity_maker.hpp"
#include "hub/map/far_tables.hpp"
#include "hub/map/map.hpp"
#include "hub/map/ranges.hpp"
#include "hub/map/standing.hpp"
#include "hub/map/standing_maker.hpp"
#include "hub/map/steps.hpp"
#include "hub/map/values.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace homeroom::map {

namespace {

using record::Text;

/// Size and first letters of a text.
uint64_t head_of(const Text& text) {
  uint64_t head;
  std::memcpy(&head, &text, sizeof head);
  return head;
}

/// Whether a row that says something may hold one of these texts: it begins like one, four of which
/// are compared at a time and without a branch a row.
bool may_hold(const record::Column& column, uint32_t rows, const std::vector<Text>& texts) {
  const uint8_t always = 1;
  for (std::size_t first = 0; first < texts.size(); first += 4) {
    uint64_t heads[4], found = 0;
    for (std::size_t i = 0; i < 4; ++i)
      heads[i] = head_of(texts[std::min(first + i, texts.size() - 1)]);
    const auto* valid = column.valid ? column.valid : &always;
    const auto* text = static_cast<const Text*>(column.values);
    for (uint32_t row = 0; row < rows;
         ++row, text += column.stride, valid += column.valid ? 1 : 0) {
      auto head = head_of(*text);
      bool is_alike =
          (head == heads[0]) | (head == heads[1]) | (head == heads[2]) | (head == heads[3]);
      found |= static_cast<uint64_t>(is_alike) & *valid;
    }
    if (found) return true;
  }
  return false;
}

class CompiledMapping : public Mapping {
 public:
  CompiledMapping(std::unique_ptr<Plan> plan, const record::Model& model)
      : plan_(std::move(plan)), model_(model), slices_(plan_slices(*plan_)) {
    for (const auto& text : plan_->nulls) nulls_.push_back(record::text(text));
    for (const auto& [at, texts] : plan_->nulls_in) {
      nulls_in_[at] = nulls_;
      for (const auto& text : texts) nulls_in_[at].push_back(record::text(text));
    }
  }

  const std::vector<Reads>& reads() const override { return plan_->reads; }
  const std::vector<std::string>& spaces() const override { return plan_->spaces; }
  const std::string& digest() const override { return plan_->digest; }
  bool has_hashes() const override { return plan_->has_hashes; }
  uint32_t student_space() const override { return plan_->student_space; }

  void apply_nulls(uint32_t stream, std::vector<record::Column>& columns, uint32_t rows,
                   record::Arena& arena) const override {
    for (uint32_t c = 0; c < columns.size(); ++c) {
      if (!columns[c].values) continue;
      auto own = nulls_in_.find({stream, c});
      const auto& nulls = own == nulls_in_.end() ? nulls_ : own->second;
      if (!may_hold(columns[c], rows, nulls)) continue;  // most columns hold none
      auto is_null = [&](uint32_t row) {
        return std::ranges::find(nulls, columns[c].text_at(row)) != nulls.end();
      };
      uint32_t first = 0;
      while (first < rows && !(columns[c].is_valid(first) && is_null(first))) ++first;
      if (first == rows) continue;
      auto* valid = arena.many<uint8_t>(rows);
      for (uint32_t row = 0; row < rows; ++row)
        valid[row] = columns[c].is_valid(row) && (row < first || !is_null(row));
      columns[c].valid = valid;
    }
  }

  bool has_links(uint32_t stream) const override {
    return std::ranges::find(plan_->links, stream, &LinkPlan::stream) != plan_->links.end();
  }

  std::vector<Link> links(uint32_t stream, const std::vector<record::Column>& columns,
                          uint32_t rows, record::Arena& arena) override {
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
      auto value =
          key_text(plan.value->program->run(plan.value->compiled.id), relation.rows, arena);
      if (!value.values) continue;
      for (uint32_t row = 0; row < relation.rows; ++row)
        if (value.is_valid(row) && !value.text_at(row).empty())
          out.push_back({relation.parts[0].rows[row], plan.space, value.text_at(row)});
    }
    return out;
  }

  bool looks_up(uint32_t stream) const override { return plan_->looked_up[stream] != 0; }

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
    settle_groups(output);
    return output;
  }

  const std::vector<StepInfo>& steps() const override { return plan_->steps; }
  const Slicing& slicing() const override { return slices_.slicing; }

  std::shared_ptr<Standing> stand(Block block, std::size_t most_bytes,
                                  const std::vector<Mapping*>& helpers) override {
    auto standing = std::make_shared<Standing>(*plan_, std::move(block), most_bytes);
    std::vector<StandingMaker> makers{{plan_.get(), &indexes_}};
    for (auto* mapping : helpers) {
      auto& helper = dynamic_cast<CompiledMapping&>(*mapping);
      makers.push_back({helper.plan_.get(), &helper.indexes_});
    }
    make_standing(*standing, slices_, makers);
    return standing;
  }

  std::vector<MadeTable> made(const Standing& standing) const override {
    std::map<uint32_t, uint32_t> rows;
    for (std::size_t e = 0; e < plan_->entities.size(); ++e)
      if (is_of_table(e))
        rows[slices_.driver[e]] = standing.far
                                      ? standing.far->rows(slices_.driver[e])
                                      : standing.state.tables[plan_->entities[e].table].rows;
    std::vector<MadeTable> made;
    for (auto [driver, count] : rows) made.push_back({driver, count});
    return made;
  }

  void run_slice(const Standing& standing, const Slice& slice, record::Arena& arena,
                 Output& output) override {
    Output next;
    next.fates = std::move(output.fates);
    next.used_groups = std::move(output.used_groups);
    next.step_rows = std::move(output.step_rows);
    output = std::move(next);
    output.fates.resize(plan_->reads.size());
    output.step_rows.resize(plan_->steps.size());
    for (uint32_t s = 0; s < plan_->reads.size(); ++s) {
      auto rows = slicing().stands[s] ? standing.block.streams[s].rows
                  : s == slice.driver ? slice.rows
                                      : 0;
      if (!slicing().stands[s] || output.fates[s].size() != rows)
        output.fates[s].assign(rows, Fate::filtered);
    }
    BlockState state{*plan_, standing.block, arena,  output,           {},
                     {},     nullptr,        &slice, &standing.lookups};
    state.tables.resize(plan_->tables.size());
    state.is_made.assign(plan_->tables.size(), 0);
    StepRunner steps(state, indexes_);
    EntityMaker maker(*plan_, model_, arena, output);
    if (slice.far)
      for (const auto& rows : *slice.far) {
        state.tables[rows.table] = standing.far->relation(rows, arena);
        state.is_made[rows.table] = 1;
      }
    for (std::size_t e = 0; e < plan_->entities.size(); ++e) {
      if (slices_.driver[e] != slice.driver) continue;
      auto table = plan_->entities[e].table;
      if (is_of_table(e) && !state.is_made[table]) {
        state.tables[table] =
            range_of(standing.state.tables[table], slice.first, slice.rows, arena);
        state.is_made[table] = 1;
      }
      maker.make(plan_->entities[e], steps.table(table));
    }
    maker.finish();
    if (!standing.far) return;
    // Groups on the disk are told as rows of streams that nobody else knows.
    auto is_unknown = [&](const auto& told) { return told.stream >= plan_->reads.size(); };
    std::erase_if(output.findings, is_unknown);
    std::erase_if(output.refusals, is_unknown);
  }

  const Output& settle(Standing& standing, const std::vector<const Output*>& slices) override {
    auto& output = standing.output;
    for (const auto* slice : slices) {
      for (uint32_t s = 0; s < slice->fates.size(); ++s)
        if (slicing().stands[s]) raise_all(output.fates[s], slice->fates[s]);
      for (const auto& [from, groups] : slice->used_groups) {
        auto& all = output.used_groups[from];
        all.resize(groups.size());
        for (std::size_t group = 0; group < groups.size(); ++group) all[group] |= groups[group];
      }
      for (std::size_t i = 0; i < slice->step_rows.size(); ++i)
        output.step_rows[i] += slice->step_rows[i];
    }
    settle_groups(output);
    return output;
  }

  std::shared_ptr<Standing> stand_far(record::Scratch& scratch) override {
    Block block;
    block.streams.resize(plan_->reads.size());
    auto standing = std::make_shared<Standing>(*plan_, std::move(block), 0);
    standing->far = std::make_unique<FarTables>(*plan_, slices_, scratch);
    return standing;
  }

  void put_aside(Standing& standing, uint32_t stream, const StreamRows& rows) const override {
    standing.far->add(stream, rows);
  }

  void make_far(Standing& standing) override {
    standing.far->make(standing.lookups, standing.arena);
  }

  bool passes(const Standing& standing, uint32_t stream) const override {
    return standing.far->passes(stream);
  }

  bool next_slice(Standing& standing, uint32_t driver, uint32_t most_rows,
                  std::vector<FarSlice>& slice) override {
    return standing.far->next_slice(driver, most_rows, slice);
  }

  void take_fates(Standing& standing,
                  std::vector<std::pair<SourceRow, Fate>>& fates) const override {
    standing.far->fates().take(fates);
  }

  std::vector<std::array<uint64_t, 4>> settle_far(Standing& standing) override {
    auto& fates = standing.far->fates();
    fates.settle();
    std::vector<std::array<uint64_t, 4>> counts;
    for (uint32_t s = 0; s < plan_->reads.size(); ++s)
      counts.push_back(fates.counts(s, standing.far->stream_rows(s)));
    return counts;
  }

  const FieldSource* source_of(record::EntityId entity, record::FieldId field) const override {
    for (const auto& plan : plan_->entities)
      if (plan.entity == entity)
        for (const auto& made : plan.fields)
          if (made.field == field) return &made.source;
    return nullptr;
  }

 private:
  /// Whether the entity is made from a table that is made whole.
  bool is_of_table(std::size_t entity) const {
    return slices_.driver[entity] >= plan_->reads.size();
  }

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
  std::map<std::pair<uint32_t, uint32_t>, std::vector<Text>>
      nulls_in_;  ///< those of all columns included
  ReferenceIndexes indexes_;
  SlicePlan slices_;
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

std::unique_ptr<Mapping> Mapping::compile(const std::filesystem::path& file,
                                          const record::Model& model,
                                          const std::vector<StreamShape>& shapes,
                                          const std::map<std::string, std::string>& parameters,
                                          std::vector<Remark>& remarks,
                                          const express::Hasher& hasher, const Shelf& shelf) {
  auto plan = compile_plan(file, model, shapes, parameters, remarks, hasher, shelf);
  if (!plan) return nullptr;
  return std::make_unique<CompiledMapping>(std::move(plan), model);
}

uint64_t reference_token(std::string_view stream, std::string_view key) {
  auto seed = XXH3_64bits(stream.data(), stream.size());
  return XXH3_64bits_withSeed(key.data(), key.size(), seed);
}

}  // namespace homeroom::map
