// Library: the shared object of a plugin, checked as far as bytes can tell before it is mapped.
// Mapped for good: objects of an unloaded library crash whoever still holds one.
#pragma once

#include <filesystem>
#include <string>

#include "homeroom/plugin.h"
#include "hub/plugin/catalogue.hpp"
#include "hub/world/files.hpp"

namespace homeroom::plugin {

/// The library's bytes as nobody can change them any more, in memory: what is
/// verified is what is mapped. Throws fix_settings if the file is no plain file, no whole ELF
/// library of this machine.
world::File sealed_copy(const std::filesystem::path& library);

/// SHA-256 of such a copy, 64 small letters; `path` is for messages.
std::string digest_of(const world::File& library, const std::filesystem::path& path);

/// Maps such a copy and asks it for its table, as load() does; copies of equal bytes are mapped
/// once.
const hr_plugin& load_copy(const world::File& copy, const Found& plugin);

/// Maps the library (once a process) and asks it for its table. Throws fix_settings where the file,
/// its symbol, its contract version, its name or its version is not what the manifest says.
const hr_plugin& load(const Found& plugin);

}  // namespace homeroom::plugin
