// Classes: the class of one value in one row. It starts with the model's; the law of the source
// that said it, the value itself, the role of a row and a protected address may raise it.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hub/govern/facts.hpp"
#include "hub/govern/fields.hpp"
#include "hub/govern/govern.hpp"
#include "hub/settings/workspace.hpp"

namespace homeroom::govern {

class Classes {
 public:
  Classes(const record::Model& model, const Fields& fields,
          const std::vector<settings::Source>& sources);

  /// What holds for all values of one row.
  struct OfRow {
    Regime regime = Regime::ferpa;  ///< the strictest of the row's sources
    bool is_strong = false;         ///< every source in it is linked by strong evidence
    bool hides_reach = false;       ///< addresses, phones and e-mails are class safety
    ClassId instead = classless;    ///< the class the row's role or code gives it, if any
  };
  OfRow of_row(const record::RowView& row, const ProfileView& profile, const Facts& facts) const;

  ClassId of_value(const OfRow& row, uint32_t number, std::string_view json) const {
    const auto& cell = cells_[number];
    auto id = cell.id;
    if (id == classless) return id;
    if (row.instead != classless) id = row.instead;
    if (cell.decides_itself) id = by_value(number, json, id);
    if (cell.is_reach && row.hides_reach) return safety_;
    return raised_[static_cast<std::size_t>(row.regime)][id];
  }

 private:
  struct Cell {
    ClassId id = classless;
    bool is_reach = false;        ///< tells where the child is, or a way to it
    bool decides_itself = false;  ///< some of its codes have another class
  };
  /// Codes of a field that give the field (or the whole row) another class.
  struct ByCode {
    record::EntityId entity;
    record::FieldId field;
    uint32_t number;
    bool is_for_row;
    std::vector<std::pair<std::string, ClassId>> codes;  ///< as JSON
  };
  using CodeClasses = std::vector<std::pair<std::string_view, std::string_view>>;

  void add_by_code(const record::Model& model, const Fields& fields, std::string_view entity,
                   std::string_view path, bool is_for_row, const CodeClasses& codes);
  ClassId by_value(uint32_t number, std::string_view json, ClassId otherwise) const;
  void read_sources(std::string_view names, const ProfileView& profile, OfRow& row) const;

  std::vector<Cell> cells_;  ///< [number of the field]
  std::vector<ByCode> by_code_;
  std::vector<std::pair<std::string, Regime>> sources_;
  std::array<std::array<ClassId, classless + 1>, regimes> raised_{};
  ClassId safety_;
  record::EntityId student_;
  record::EntityId contact_ = 0xffff;
  record::FieldId lives_with_ = 0xffff;
};

}  // namespace homeroom::govern
