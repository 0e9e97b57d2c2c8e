// Print: the one JSON document of `--output json`.
#pragma once

#include <cstdio>

#include <nlohmann/json.hpp>

namespace homeroom::cli {

/// On standard output, in a line; bytes that are no UTF-8 are replaced.
inline void print(const nlohmann::ordered_json& document) {
  using nlohmann::ordered_json;
  std::printf("%s\n",
              document.dump(-1, ' ', false, ordered_json::error_handler_t::replace).c_str());
}

}  // namespace homeroom::cli
