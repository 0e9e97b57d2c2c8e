// Opening a store's file: checks before anybody reads it, and building a first one beside its name.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "hub/keys/keys.hpp"
#include "hub/sqlite/sqlite.hpp"
#include "hub/world/files.hpp"

namespace homeroom::store {

/// What the file must say of itself, or is told when it is new.
struct Identity {
  std::string tenant;
  std::string key_check;  ///< keyed: other keys give another
  std::string origin;     ///< keyed, of machine and folder
};

Identity identity_of(const std::filesystem::path& file, const std::string& tenant,
                     const keys::KeyRing& keys);

/// FILE of "sqlite:FILE". Throws Error(fix_settings) for anything else.
std::filesystem::path file_of(const std::string& location);

/// Opens a published store and checks it; for writing, brings it forward.
std::unique_ptr<sqlite::Database> open_existing(const std::filesystem::path& file,
                                                const Identity& identity, sqlite::Access access);

/// A first store under construction: FILE.building, without a journal since a killed build is
/// thrown away. One at a time: it is locked while this lives.
class Building {
 public:
  Building(std::filesystem::path file, const Identity& identity);
  Building(const Building&) = delete;
  Building& operator=(const Building&) = delete;
  /// Removes what was built unless it was published.
  ~Building();

  /// With a transaction open in which everything is put.
  sqlite::Database& database() { return *database_; }
  /// Commits, makes the file durable and gives it its name. Nothing may use database() any more.
  void publish();
  bool is_published() const { return is_published_; }  ///< it has its name, even if publish() threw

  static std::filesystem::path building_file(const std::filesystem::path& file);

 private:
  std::filesystem::path file_;
  std::filesystem::path building_;
  world::File lock_;
  std::unique_ptr<sqlite::Database> database_;
  bool is_published_ = false;
};

}  // namespace homeroom::store
