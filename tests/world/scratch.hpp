// A folder that lives as long as the test.
#pragma once

#include <filesystem>

#include "hub/world/files.hpp"

inline homeroom::world::ScratchFolder scratch() {
  return homeroom::world::ScratchFolder(std::filesystem::temp_directory_path());
}
