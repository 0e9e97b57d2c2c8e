// What a reader finds in a store, as text: the same for two stores that say the same. Numbers of
// runs and times are left out.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace homeroom::flows {

/// Of the store FOLDER/NAME.db with the keys beside it. Throws when it cannot be read wholly.
std::string content_of(const std::filesystem::path& folder, const std::string& name);

/// Of a store anywhere else.
std::string content_at(const std::string& location, const std::string& tenant,
                       const std::filesystem::path& key_file);

/// What the store says that a destination was told of a student.
struct ToldShare {
  uint64_t sequence = 0;
  std::string digest;  ///< as messages have it; empty for a removal
  bool is_removed = false;
  bool is_settled = false;  ///< nothing is owed
};

/// By the hub's id of the student; those who were never told of are left out.
std::map<std::string, ToldShare> shares_of(const std::filesystem::path& folder,
                                           const std::string& name, const std::string& destination);

}  // namespace homeroom::flows
