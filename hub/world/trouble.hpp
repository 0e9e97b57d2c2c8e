// What the operating system refuses, said as an Error: what we were doing, to which path, what to
// do.
#pragma once

#include <filesystem>
#include <string>

#include "homeroom/error.hpp"

namespace homeroom::world {

/// E.g. trouble(ENOSPC, "write", path): retry, "cannot write PATH: the disk is full ...".
Error trouble(int error_number, const std::string& doing, const std::filesystem::path& path);

}  // namespace homeroom::world
