// Identity: what a district's identity file says: which columns tell what of a person, by which
// keys records meet, and from which probability on two records are one person.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "hub/resolve/nicknames.hpp"
#include "hub/settings/node.hpp"

namespace homeroom::resolve {

/// What a feature tells of a person; it decides how two of them are compared.
enum class Role : uint8_t {
  given_name,
  middle_name,
  family_name,
  birth_date,  ///< ISO 8601, with or without hyphens; an impossible date is compared as written
  sex,
  phone,
  email,
  address,  ///< one line with number, street and unit; fills the next three
  house_number,
  street,
  unit,
  city,
  postal,
  identifier,  ///< a number that one person has: of a state, a clinic, social security
  other,       ///< any text that helps a little
};

/// An expression of the mapping language and where it stands.
struct Expression {
  std::string text;
  settings::Place place;
};

struct Feature {
  Role role = Role::other;
  std::string name;  ///< what blocks call it: "given_name", or what the file calls an identifier
  Expression from;   ///< over the columns of the input; mostly one column's name
};

/// Records that agree in all parts of a key are compared. A part may be a list: one shared item is
/// enough. A part that is null leaves the record out.
struct BlockKey {
  std::vector<Expression> parts;  ///< over the features, by their names
  std::string name;               ///< the parts, for people
};

/// A column by which results are reported, such as the language of the home; never compared.
struct Group {
  std::string name;
  std::string column;
  settings::Place place;
};

struct Identity {
  settings::Place place;  ///< of the file
  bool trim = false;      ///< blanks around heads and values go
  std::string record_id;  ///< of plain tables; records of a workspace have their keys
  settings::Place record_id_place;
  std::string source;  ///< the column that tells the source; empty: each file is one
  settings::Place source_place;
  bool is_one_per_source = false;  ///< every source holds a person once, if there are several
  std::vector<std::string> one_per_source;  ///< or only these do
  std::vector<Feature> features;
  std::vector<Group> groups;
  std::vector<BlockKey> blocks;
  std::vector<Expression> split;  ///< what blocks that are too large are parted by, in this order
  uint32_t most_in_block = 100;
  double link_at = 0.9;       ///< probability from which two records are linked
  double review_at = 0.1;     ///< and from which a person should look
  double strong_at = 0.9999;  ///< and from which the evidence is strong, in a workspace
  /// In a workspace: from which share of changed records on models are learned again by a run, and
  /// at most which share of the records may then cross a threshold without a person. 1: never.
  double drift = 0.25;
  double most_crossing = 0.005;
  Nicknames nicknames;  ///< what the program knows, and a list that the file names
};

/// Reads an identity file. Throws fix_settings with file, line and column, and what was likely
/// meant.
Identity load_identity(const std::filesystem::path& file);
Identity read_identity(const settings::Node& root, const std::filesystem::path& folder);

/// Text that changes when what is read of a record does: the features and how they are spelled.
std::string features_digest(const Identity& identity);

/// Text that changes when the blocks of a record may.
std::string blocks_digest(const Identity& identity);
/// Text that changes when the link of a record may, whatever model it is weighed by.
std::string weighing_digest(const Identity& identity);

/// "given name": how people call a role.
std::string in_words(Role role);

}  // namespace homeroom::resolve
