// Words: what other systems call the fields and codes of the model. Data (configs/words.yaml) for
// proposing mappings; nothing that is mapped depends on it.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hub/record/model.hpp"

namespace homeroom::map {

struct Words {
  /// Names of a field, the likelier first.
  std::map<std::pair<record::EntityId, record::FieldId>, std::vector<std::string>> fields;
  /// By option set: a text in small letters, and the code it says.
  std::map<std::string, std::map<std::string, std::string>> codes;

  /// The code of an option set that a text says: a code itself, however written, or a word for one.
  std::optional<std::string> code(const record::OptionSet& options, std::string_view text) const;
};

/// Reads configs/words.yaml. Throws fix_settings, with the place, for what the model does not have.
Words load_words(const std::filesystem::path& file, const record::Model& model);

/// Small letters and digits of a name: "birth_date", "Birth Date" and "BirthDate" are one.
std::string bare(std::string_view name);
/// The words of a name in small letters: "birthDate" is birth and date.
std::vector<std::string> words_of(std::string_view name);

}  // namespace homeroom::map
