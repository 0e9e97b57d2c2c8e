// SqlitePlace: a store in a file. A first one is built beside its name, without a journal since a
// killed build is thrown away, and renamed.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "hub/sql/on_sqlite.hpp"
#include "hub/store/place.hpp"
#include "hub/store/schema.hpp"
#include "hub/world/files.hpp"

namespace homeroom::store {

/// FILE of "sqlite:FILE". Throws Error(fix_settings) for anything else.
std::filesystem::path file_of(const std::string& location);

/// A file under construction: FILE.building, locked while this lives. Removed unless published.
class Building {
 public:
  Building(std::filesystem::path file, const Identity& identity, int64_t version = newest_schema());
  Building(const Building&) = delete;
  Building& operator=(const Building&) = delete;
  ~Building();

  sql::OnSqlite& database() { return *database_; }
  /// Commits, makes the file durable and gives it its name. Nothing may use database() any more.
  void publish();
  bool is_published() const { return is_published_; }  ///< it has its name, even if publish() threw

  static std::filesystem::path building_file(const std::filesystem::path& file);

 private:
  std::filesystem::path file_;
  std::filesystem::path building_;
  world::File lock_;
  std::unique_ptr<sql::OnSqlite> database_;
  bool is_published_ = false;
};

class SqlitePlace final : public Place {
 public:
  SqlitePlace(std::filesystem::path file, const std::string& tenant, const keys::KeyRing& keys,
              bool for_writing, std::filesystem::path attic);

  const Identity& identity() const override { return identity_; }
  bool is_published() override { return std::filesystem::exists(file_); }
  sql::Database& open() override;
  sql::Database& build() override;
  sql::Database& publish() override;
  Error nothing_published() override;

 private:
  void bring_forward_if_older(sql::Database& database);

  std::filesystem::path file_;
  Identity identity_;
  bool for_writing_;
  std::filesystem::path attic_;
  std::optional<Building> building_;
  std::unique_ptr<sql::OnSqlite> existing_;
};

}  // namespace homeroom::store
