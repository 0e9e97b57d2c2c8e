// Reads the canonical model: configs/model.yaml and a district's own additions.
#pragma once

#include <filesystem>

#include "hub/record/model.hpp"

namespace homeroom::settings {

/// Loads the model, and the extension on top of it if its path is not empty. An extension may add
/// options, entities and fields; naming an existing field again is refused (its class would
/// change).
record::Model load_model(const std::filesystem::path& model,
                         const std::filesystem::path& extension);

}  // namespace homeroom::settings
