// Place: where one tenant's store lies: a file, or a schema of a PostgreSQL server. It is checked
// before anybody reads it, and a first one is built where nobody sees it.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "homeroom/error.hpp"
#include "hub/keys/keys.hpp"
#include "hub/sql/sql.hpp"

namespace homeroom::store {

/// What a store must say of itself, or is told when it is new.
struct Identity {
  std::string tenant;
  std::string key_check;  ///< keyed: other keys give another
  std::string origin;     ///< keyed, of where it lies
};

class Place {
 public:
  /// Of "sqlite:FILE" or "postgresql:CONNINFO". Throws Error(fix_settings) for anything else, and
  /// world::Locked when another one writes to a schema that is wanted for writing.
  static std::unique_ptr<Place> of(const std::string& location, const std::string& tenant,
                                   const keys::KeyRing& keys, bool for_writing,
                                   const std::filesystem::path& attic);
  virtual ~Place() = default;

  virtual const Identity& identity() const = 0;
  virtual bool is_published() = 0;
  /// Opens what is published and checks it; for writing, brings it forward.
  virtual sql::Database& open() = 0;
  /// A first store under construction, with a transaction open in which everything is put. What was
  /// built before, here or by a dead run, is thrown away.
  virtual sql::Database& build() = 0;
  /// Lets others see what was built, and opens it. Nothing may use the database of build() any
  /// more. Throws PublishedAndClosed when only opening failed.
  virtual sql::Database& publish() = 0;
  /// For who wants to read, or to write beside the log, where is_published() is false.
  virtual Error nothing_published() = 0;
};

/// That a store is of this tenant and these keys. `name` is told to people.
void check_identity(sql::Database& database, const std::string& name, const Identity& identity);
/// Where a store of a version is kept before it is brought forward; what an earlier try left there
/// is gone.
std::filesystem::path place_in_attic(const std::filesystem::path& attic, int64_t version);
/// That this program reads a version of tables; throws with what to do.
void check_version(int64_t version, const std::string& name);
/// The first row of a new one.
void say_identity(sql::Database& database, const Identity& identity);
/// Of any text: nothing of it can be read from that.
std::string keyed(const keys::KeyRing& keys, const std::string& text);

}  // namespace homeroom::store
