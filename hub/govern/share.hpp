// Share: one profile passed through what one destination may have, field by field.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hub/govern/classes.hpp"
#include "hub/govern/plan.hpp"
#include "hub/record/arena.hpp"
#include "hub/record/profile.hpp"

namespace homeroom::govern {

/// A destination in the form that share() reads; made once by the governor.
struct Terms {
  explicit Terms(Plan made) : plan(std::move(made)) {}

  Plan plan;
  std::vector<uint8_t> asks_field;   ///< [number of the field]
  std::vector<uint8_t> asks_entity;  ///< [entity]
  ClassSet listed = ~ClassSet{0};    ///< classes that the agreement lists
  std::string agreement;
  std::string consent_scope;  ///< the agreement rests on the child's consent of this scope
  std::string nothing_goes;   ///< why nothing may go to anybody there; empty if something may
};

/// What becomes of one value.
struct Ruling {
  Effect effect = Effect::deny;
  const Rule* rule = nullptr;
  enum class Because : uint8_t {
    rule,          ///< rule, or no rule
    not_listed,    ///< the agreement does not list the class
    no_consent,    ///< the agreement rests on a consent that is not there
    weak_link,     ///< the source is not linked by strong evidence
    restricted,    ///< a contact under a restriction
    nothing_goes,  ///< agreement over, or opted out
  } because = Because::rule;
  ClassId id = classless;
};

class ShareFilter final : public record::ProfileWriter::Filter {
 public:
  ShareFilter(const record::Model& model, const Fields& fields, const Classes& classes);

  /// All three must live until the next start().
  void start(const Terms& terms, const ProfileView& profile, const Facts& facts);

  bool admits(const record::RowView& row) override;
  std::string_view admit(const record::RowView& row, const record::FieldView& field) override;

  /// As admit(), in words; for a row that begin_row() was called with.
  void begin_row(const record::RowView& row);
  Ruling ruling(const record::RowView& row, record::FieldView field);

  /// Distinct fields that were asked for, are there, and stay back.
  uint32_t fields_withheld() const { return withheld_; }

 private:
  struct Remembered {
    uint32_t turn = 0;
    Ruling ruling;
  };

  const Ruling& ruling_of_class(ClassId id);
  Ruling work_out(ClassId id) const;
  std::string_view withhold(uint32_t number);
  std::string_view masked(const Rule& rule, uint32_t number, std::string_view json);
  bool is_restricted(const record::RowView& row) const;

  const record::Model& model_;
  const Fields& fields_;
  const Classes& classes_;
  record::EntityId contact_;
  const Terms* terms_ = nullptr;
  const ProfileView* profile_ = nullptr;
  const Facts* facts_ = nullptr;
  bool is_opted_out_ = false;
  const uint8_t* asks_field_ = nullptr;  ///< of terms_
  const ClassSet strong_only_ = needs_strong_evidence();
  Classes::OfRow row_;
  uint32_t row_first_ = 0;  ///< number of the first field of the row's entity
  uint32_t turn_ = 0;       ///< counts start(); what was remembered in an earlier turn is forgotten
  std::vector<Remembered> remembered_;      ///< [class]
  std::vector<uint32_t> withheld_in_turn_;  ///< [number of the field]
  uint32_t withheld_ = 0;
  record::Arena masks_{4096};
};

}  // namespace homeroom::govern
