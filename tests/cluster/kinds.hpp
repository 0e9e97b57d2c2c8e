// Tests that run once for each database a store may lie in.
#pragma once

#include <string>

#include <gtest/gtest.h>

#include "tests/cluster/cluster.hpp"

namespace homeroom::tests {

inline const std::string on_sqlite = "sqlite";
inline const std::string on_postgres = "postgresql";

/// For SetUp: a new place on the server, or `file`. Empty, and nothing more to do, where there is
/// no server.
inline std::string location_of(const std::string& kind, const std::string& file) {
  if (kind == on_sqlite) return "sqlite:" + file;
  return Cluster::is_installed() ? Cluster::of_this_program().new_tenant() : "";
}

inline auto both_stores() {
  return ::testing::Values(on_sqlite, on_postgres);
}
inline std::string name_of_store(const ::testing::TestParamInfo<std::string>& info) {
  return info.param;
}

}  // namespace homeroom::tests
