// Fields: every field of the model's student entities as one dense number, and what a word of
// `send`, `keep` or `mask` stands for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hub/govern/words.hpp"
#include "hub/record/model.hpp"
#include "hub/settings/node.hpp"

namespace homeroom::govern {

using FieldSet = std::vector<bool>;  ///< [number of the field]

class Fields {
 public:
  /// Throws where the model names a class outside the vocabulary.
  explicit Fields(const record::Model& model);

  std::size_t count() const { return classes_.size(); }
  uint32_t number(record::EntityId entity, record::FieldId field) const {
    return first_[entity] + field;
  }
  ClassId class_of_field(uint32_t number) const { return classes_[number]; }
  /// "enrollment.gradeLevel", or "birthDate" of the student.
  const std::string& name(uint32_t number) const { return names_[number]; }

  /// The fields a word stands for: `everything`, `school`, `grade`, an entity, its property, a
  /// field or the beginning of its path, of the student or behind "entity.". Empty if there are
  /// none.
  std::vector<uint32_t> meant_by(std::string_view word) const;
  /// The same for all words of a list of the settings; refuses a word that means nothing, at
  /// `place`.
  FieldSet meant_by(const std::vector<std::string>& words, const settings::Place& place,
                    std::string_view setting) const;

 private:
  std::vector<uint32_t> of_entity(record::EntityId entity, std::string_view path) const;

  const record::Model& model_;
  std::vector<uint32_t> first_;  ///< [entity]
  std::vector<ClassId> classes_;
  std::vector<std::string> names_;
};

}  // namespace homeroom::govern
