// A learned model as a file: text that people can read and compare, with a version.
#pragma once

#include <string>

#include "hub/resolve/model.hpp"
#include "hub/settings/node.hpp"

namespace homeroom::resolve {

std::string text_of(const Model& model);

/// Throws fix_settings, with the place, for a model of another version or of other comparisons.
Model read_model(const settings::Node& root, const Comparisons& comparisons);

}  // namespace homeroom::resolve
