// Cluster: a PostgreSQL server for tests, in a scratch folder, reached by a socket there alone.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include <sys/types.h>

#include "hub/world/files.hpp"

namespace homeroom::tests {

class Cluster {
 public:
  /// What was committed stands after stop_at_once(): the machine's cache outlives the server.
  Cluster();
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;
  ~Cluster();

  /// Whether there is such a server on this machine; why not is for GTEST_SKIP.
  static bool is_installed();
  static constexpr const char* how_to_install =
      "no PostgreSQL server here: apt-get install "
      "postgresql";
  /// One for all tests of a program.
  static Cluster& of_this_program();

  /// A role with a schema of its own, which a tenant's store wants; "postgresql:..." of it.
  std::string new_tenant();
  /// "postgresql:..." for another role of the database.
  std::string location_of(const std::string& role) const;

  /// The first column of the first row, as the superuser.
  std::string ask(const std::string& sql);
  /// A session of its own has this advisory lock until sessions are ended.
  void hold_lock(const std::string& number);
  /// Ends every session of others, as an administrator would.
  void end_sessions();
  /// The server dies at once, without a last word.
  void stop_at_once();
  void start();
  const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  std::string socket() const { return folder_.path().string(); }
  void make_data();

  world::ScratchFolder folder_;
  pid_t server_ = 0;
  unsigned tenants_ = 0;
  std::shared_ptr<void> holder_;
};

}  // namespace homeroom::tests
