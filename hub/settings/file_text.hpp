// The whole text of a file of a workspace or of the program itself.
#pragma once

#include <filesystem>
#include <string>

namespace homeroom::settings {

/// Throws Error naming the file when it cannot be opened or has more than 10 MB (fix_settings), and
/// when it cannot be read to its end (retry): the beginning of a policy must not pass for the
/// whole.
std::string file_text(const std::filesystem::path& file);

}  // namespace homeroom::settings
