// What a reader finds in a store, as text: the same for two stores that say the same. Numbers of
// runs and times are left out.
#pragma once

#include <filesystem>
#include <string>

namespace homeroom::flows {

/// Of the store FOLDER/NAME.db with the keys beside it. Throws when it cannot be read wholly.
std::string content_of(const std::filesystem::path& folder, const std::string& name);

}  // namespace homeroom::flows
