// EntityMaker: the rows of a table become canonical rows; what is required and missing sets the
// source row aside, what cannot be read is kept as it was.
#pragma once

#include "hub/map/relation.hpp"

namespace homeroom::map {

/// Marks the stream rows behind Output::used_groups, which are empty afterwards.
void settle_groups(Output& output);

class EntityMaker {
 public:
  EntityMaker(const Plan& plan, const record::Model& model, record::Arena& arena, Output& output)
      : plan_(plan), model_(model), arena_(arena), output_(output) {}

  void make(const EntityPlan& entity, const Relation& relation);
  /// Marks the stream rows behind what came out, of folded ones their groups; call once after all
  /// entities.
  void finish();

 private:
  struct Verdicts;
  void judge_faults(const EntityPlan& entity, const Relation& relation, Verdicts& verdicts);
  void judge_required(const EntityPlan& entity, const Relation& relation, Verdicts& verdicts);
  void emit(const EntityPlan& entity, const Relation& relation, uint32_t base, Verdicts& verdicts);
  void leave(const Relation& relation, const Verdicts& verdicts);
  void set_aside(const EntityPlan& entity, const Relation& relation, uint32_t row,
                 const std::vector<uint32_t>& columns, const std::string& field,
                 const std::string& says, Verdicts& verdicts);
  void note(const EntityPlan& entity, const Relation& relation, uint32_t row,
            const std::vector<uint32_t>& columns, const std::string& field, const std::string& says,
            bool is_set_aside);
  record::Column joined_key(const std::vector<record::Column>& parts, uint32_t rows);
  record::Column codes_of(const FieldPlan& field, uint32_t rows);

  const Plan& plan_;
  const record::Model& model_;
  record::Arena& arena_;
  Output& output_;
  std::vector<std::pair<const Relation*, std::vector<uint8_t>>> used_;
};

}  // namespace homeroom::map
