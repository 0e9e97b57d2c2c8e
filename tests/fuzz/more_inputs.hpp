// What a target knows beyond its corpus.
#pragma once

#include <string>
#include <vector>

/// Inputs worth changing that the program knows by itself. A target may have none.
__attribute__((weak)) std::vector<std::string> more_inputs();
